//! Models of the protocol: loom tries every interleaving of a few threads, and every value that
//! the memory model lets a relaxed load see.
//!
//! Run by `RUSTFLAGS="--cfg loom" cargo test -p dag-runtime --lib --release loom`.
//!
//! What stands for an output and for its uses are relaxed atomics: where one access has to happen
//! before another and does not, loom finds the run in which the second one sees an old value.

mod lists;
mod refusal;

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use ::loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use ::loom::sync::{Arc, Mutex};
use ::loom::thread::{self, JoinHandle};

use super::flow::{Flow, Ran, Worker};
use super::ready::Ready;
use super::walk::{Course, Walk};
use crate::slot::release_of;
use crate::table::{Line, RawEdge, Table, Use};

/// A graph in which each task reads what it depends on.
fn table(len: usize, edges: &[(u32, u32)]) -> &'static Table {
    let nodes = vec![Line { cost: 1, release: release_of::<alloc::string::String>(), ..Line::EMPTY }; len];
    let edges = edges.iter().map(|&(node, to)| RawEdge { node, to, how: Use::Borrow, ..RawEdge::EMPTY });
    Table::leak("Model", nodes, edges.collect())
}

/// How often threads may be interrupted in an interleaving that is tried. One more takes ten times
/// as long.
const PREEMPTIONS: usize = 3;

/// As [`table`], with these tasks run once for each of [`WIDTH`] elements.
fn each_table(len: usize, edges: &[(u32, u32)], each: &[u32]) -> &'static Table {
    let node = |i| Line {
        cost: 1,
        release: release_of::<alloc::string::String>(),
        each: each.contains(&i),
        ..Line::EMPTY
    };
    let edges = edges.iter().map(|&(node, to)| RawEdge { node, to, how: Use::Borrow, ..RawEdge::EMPTY });
    Table::leak("Model", (0..len as u32).map(node).collect(), edges.collect())
}

const WIDTH: usize = 3;

const FULL: u32 = 1;
const DROPPED: u32 = 2;

struct Model {
    table: &'static Table,
    course: Course<'static>,
    outputs: Vec<AtomicU32>,
    /// For each task whether it ran, and with that read what it depends on.
    ran: Vec<AtomicU32>,
    /// For each task whether it was opened, and which of its elements ran.
    opened: Vec<AtomicU32>,
    elements: Vec<[AtomicU32; WIDTH]>,
    fails: Option<u32>,
    /// A task, and another one that it waits for.
    waits: Option<(u32, u32)>,
    /// How many of the workers that are sent for come to a thread on which no task may start.
    refusals: AtomicU32,
    /// How many offers wait for the thread that waits for the run.
    offers: AtomicU32,
    helpers: Mutex<Vec<JoinHandle<()>>>,
}

impl Model {
    /// Whether a worker has come to a thread on which tasks may start.
    fn is_clear(&self) -> bool {
        self.refuse().is_none()
    }

    /// Refuses a worker, if one is to be refused. Gives how many are then left.
    fn refuse(&self) -> Option<u32> {
        let before = self.refusals.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
        before.ok().map(|before| before - 1)
    }

    fn sees_dependencies(&self, node: u32) {
        for &k in self.table.view().dependencies_of(node) {
            assert_eq!(self.outputs[k as usize].load(Relaxed), FULL);
        }
    }
}

/// The offer comes to a thread.
fn get_offer(model: &Arc<Model>) {
    let flow = model.course.flow().unwrap();
    match model.refuse() {
        None => _ = flow.take_up(model),
        Some(left) if left % 2 == 0 => flow.pass_on(model, || ()),
        // That thread holds one further down on its stack.
        Some(_) => flow.park(),
    }
}

impl Worker for Arc<Model> {
    fn open(&self, node: u32, _: usize) -> Option<usize> {
        self.sees_dependencies(node);
        assert_eq!(self.opened[node as usize].fetch_add(1, Relaxed), 0, "task {node} is opened twice");
        Some(WIDTH)
    }

    fn run_elements(&self, node: u32, _: usize, elements: Range<usize>) -> Ran {
        self.sees_dependencies(node);
        assert_eq!(self.opened[node as usize].load(Relaxed), 1, "task {node} is not open");
        for element in elements {
            if self.fails == Some(node) && element == 1 {
                self.ran[node as usize].store(1, Relaxed);
                return Ran::Failed;
            }
            let ran = self.elements[node as usize][element].fetch_add(1, Relaxed);
            assert_eq!(ran, 0, "element {element} of task {node} runs twice");
        }
        Ran::Done(0)
    }

    fn close(&self, node: u32, _: usize) -> bool {
        self.sees_dependencies(node);
        for element in &self.elements[node as usize] {
            assert_eq!(element.load(Relaxed), 1, "task {node} is closed too early");
        }
        assert_eq!(self.ran[node as usize].fetch_add(1, Relaxed), 0, "task {node} is closed twice");
        self.outputs[node as usize].store(FULL, Relaxed);
        true
    }

    fn run(&self, node: u32) -> bool {
        self.sees_dependencies(node);
        if let Some((waiting, other)) = self.waits
            && waiting == node
        {
            while self.ran[other as usize].load(Relaxed) == 0 {
                thread::yield_now();
            }
        }
        assert_eq!(self.ran[node as usize].fetch_add(1, Relaxed), 0, "task {node} runs twice");
        if self.fails == Some(node) {
            return false;
        }
        self.outputs[node as usize].store(FULL, Relaxed);
        true
    }

    fn release(&self, node: u32) -> bool {
        if self.fails.is_some() && self.outputs[node as usize].load(Relaxed) == 0 {
            return true;
        }
        for &reader in self.table.view().successors_of(node) {
            let ran = self.ran[reader as usize].load(Relaxed);
            assert!(ran == 1 || self.fails.is_some(), "the output of {node} is dropped too early");
        }
        assert_eq!(self.outputs[node as usize].load(Relaxed), FULL);
        self.outputs[node as usize].store(DROPPED, Relaxed);
        true
    }

    fn recruit(&self) {
        let model = self.clone();
        let helper = thread::spawn(move || {
            let flow = model.course.flow().unwrap();
            if model.is_clear() {
                flow.work(&model);
            } else {
                flow.refuse(&model);
            }
        });
        self.helpers.lock().unwrap().push(helper);
    }

    fn offer(&self) {
        if self.waits.is_none() {
            // The thread that waits for the run gets it. There cannot be many threads in a model.
            self.offers.fetch_add(1, Relaxed);
            return;
        }
        let model = self.clone();
        let helper = thread::spawn(move || get_offer(&model));
        self.helpers.lock().unwrap().push(helper);
    }
}

/// Sends for the thread of a list.
fn send(model: &Arc<Model>, list: usize) {
    let sent = model.clone();
    let helper = thread::spawn(move || {
        let is_clear = sent.is_clear();
        sent.course.walk(list, is_clear, &sent);
    });
    model.helpers.lock().unwrap().push(helper);
}

/// Tries all interleavings of a body.
fn check(body: impl Fn() + Send + Sync + 'static) {
    let mut builder = ::loom::model::Builder::new();
    builder.preemption_bound = Some(PREEMPTIONS);
    builder.check(body);
}

/// Runs a graph in all ways; `then` is told at the end of each what ran and what was dropped.
fn model(
    table: &'static Table,
    fails: Option<u32>,
    keep_going: bool,
    waits: Option<(u32, u32)>,
    then: impl Fn(&dyn Fn(u32) -> bool, &dyn Fn(u32) -> bool) + Send + Sync + 'static,
) {
    let course = move || {
        let view = table.view();
        Course::Flow(Flow::new(view, view.urgency(), 2, keep_going, &[]))
    };
    model_of(table, course, fails, waits, 0, then);
}

/// As [`model`], in this way, with so many refusals.
fn model_of(
    table: &'static Table,
    course: impl Fn() -> Course<'static> + Send + Sync + 'static,
    fails: Option<u32>,
    waits: Option<(u32, u32)>,
    refusals: u32,
    then: impl Fn(&dyn Fn(u32) -> bool, &dyn Fn(u32) -> bool) + Send + Sync + 'static,
) {
    check(move || {
        let zeros = || (0..table.len()).map(|_| AtomicU32::new(0)).collect();
        let model = Arc::new(Model {
            table,
            course: course(),
            outputs: zeros(),
            ran: zeros(),
            opened: zeros(),
            elements: (0..table.len()).map(|_| [(); WIDTH].map(|()| AtomicU32::new(0))).collect(),
            fails,
            waits,
            refusals: AtomicU32::new(refusals),
            offers: AtomicU32::new(0),
            helpers: Mutex::new(Vec::new()),
        });
        model.course.start(&model, |list| send(&model, list));
        loop {
            let helper = model.helpers.lock().unwrap().pop();
            if let Some(helper) = helper {
                helper.join().unwrap();
                continue;
            }
            if model.offers.load(Relaxed) > 0 {
                model.offers.fetch_sub(1, Relaxed);
                get_offer(&model);
                continue;
            }
            match model.course.flow().filter(|flow| flow.has_left_tasks()) {
                Some(flow) => _ = flow.take_up(&model),
                None => break,
            }
        }
        then(&|node| model.ran[node as usize].load(Relaxed) == 1, &|node| {
            model.outputs[node as usize].load(Relaxed) == DROPPED
        });
    });
}

/// A model in which no task fails.
fn succeeds(table: &'static Table, waits: Option<(u32, u32)>) {
    with_refusals(0, table, waits);
}

/// The same with so many refusals.
fn with_refusals(refusals: u32, table: &'static Table, waits: Option<(u32, u32)>) {
    let course = move || {
        let view = table.view();
        Course::Flow(Flow::new(view, view.urgency(), 2, false, &[]))
    };
    model_of(table, course, None, waits, refusals, move |ran, dropped| {
        for node in 0..table.len() as u32 {
            assert!(ran(node), "task {node} did not run");
            assert!(dropped(node), "the output of {node} is left");
        }
    });
}

#[test]
fn a_task_sees_what_its_dependencies_did() {
    succeeds(table(4, &[(1, 0), (2, 0), (3, 1), (3, 2)]), None);
}

#[test]
fn the_last_reader_sees_what_all_readers_did() {
    // Both 2 and 3 read 0 and 1.
    succeeds(table(4, &[(2, 0), (2, 1), (3, 0), (3, 1)]), None);
}

#[test]
fn every_source_is_run() {
    succeeds(table(3, &[]), None);
}

#[test]
fn a_published_task_does_not_wait_for_a_busy_worker() {
    // 3 may keep a helper until just when 0 publishes 2 and goes on with 1, which waits for 2.
    succeeds(table(4, &[(1, 0), (2, 0)]), Some((1, 2)));
}

#[test]
fn a_failure_blocks_its_dependents_only() {
    // 2 depends on 0, which fails, and on 1; 3 on 1 alone; 4 on 2.
    let table = table(5, &[(2, 0), (2, 1), (3, 1), (4, 2)]);
    model(table, Some(0), true, None, |ran, dropped| {
        assert_eq!([0, 1, 2, 3, 4].map(ran), [true, true, false, true, false]);
        assert_eq!([0, 1, 2, 3, 4].map(dropped), [false, true, false, true, false]);
    });
}

#[test]
fn a_failure_stops_the_run() {
    let table = table(4, &[(1, 0), (2, 0), (3, 1), (3, 2)]);
    model(table, Some(1), false, None, |ran, _| {
        assert!(ran(0) && ran(1) && !ran(3));
    });
}

#[test]
fn each_element_runs_once_before_the_task_is_closed() {
    succeeds(each_table(3, &[(1, 0), (2, 1)], &[1]), None);
}

#[test]
fn elements_of_two_tasks_run_beside_each_other() {
    succeeds(each_table(2, &[], &[0, 1]), None);
}

#[test]
fn a_failure_of_an_element_stops_the_run() {
    let table = each_table(3, &[(1, 0), (2, 1)], &[1]);
    model(table, Some(1), false, None, |ran, _| {
        assert!(ran(0) && ran(1) && !ran(2));
    });
}

#[test]
fn no_ready_task_is_lost() {
    for (other, summary) in [(1, false), (1, true), (64, true)] {
        check(move || {
            let ready = Arc::new(Ready::with_summary(128, summary));
            let put_and_take = move |rank, ready: &Ready| {
                ready.put(rank);
                ready.take()
            };
            let thread = {
                let ready = ready.clone();
                thread::spawn(move || put_and_take(other, &ready))
            };
            let mut taken = vec![put_and_take(0, &ready), thread.join().unwrap()];
            taken.extend([ready.take(), ready.take()]);
            taken.retain(Option::is_some);
            taken.sort();
            assert_eq!(taken, [Some(0), Some(other)]);
        });
    }
}
