//! The model of a run: its outputs, and workers that check what they see.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use ::loom::sync::atomic::AtomicU32;
use ::loom::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use ::loom::sync::{Arc, Mutex};
use ::loom::thread::{self, JoinHandle};

use crate::executor::rayon::dynamic_run::{ChunkOutcome, DynamicRun, Worker};
use crate::executor::rayon::gate::Gate;
use crate::executor::rayon::run_mode::RunMode;
use crate::graph::{FREE, Needs};
use crate::slot::{InPlace, release_of};
use crate::table::{Line, RawEdge, Table, Use};

/// A graph in which each task reads what it depends on.
pub(super) fn table(len: usize, edges: &[(u32, u32)]) -> &'static Table {
    let nodes = vec![Line { cost: 1, release: release_of::<alloc::string::String>(), ..Line::EMPTY }; len];
    let edges = edges.iter().map(|&(node, to)| RawEdge { node, to, how: Use::Borrow, ..RawEdge::EMPTY });
    Table::leak("Model", nodes, edges.collect())
}

/// For each task whether it changes the state that all share: a path connects it with all others, and no elements share it.
fn changes(table: &Table) -> Vec<bool> {
    let len = table.len();
    let mut upstream = vec![vec![false; len]; len];
    for &task in table.view().columns().order {
        for &before in table.view().dependencies_of(task) {
            let above = upstream[before as usize].clone();
            upstream[task as usize].iter_mut().zip(above).for_each(|(is, above)| *is |= above);
            upstream[task as usize][before as usize] = true;
        }
    }
    let is_ordered = |one: usize, other: usize| one == other || upstream[one][other] || upstream[other][one];
    (0..len)
        .map(|one| !table.view().place(one as u32).line.each && (0..len).all(|other| is_ordered(one, other)))
        .collect()
}

/// How often threads are preempted in one interleaving. One more takes ten times as long.
const PREEMPTIONS: usize = 3;

/// As [`table`]; the tasks in `each` run once for each of [`WIDTH`] elements.
pub(super) fn each_table(len: usize, edges: &[(u32, u32)], each: &[u32]) -> &'static Table {
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
    mode: RunMode<'static>,
    gate: Gate,
    owner: thread::ThreadId,
    outputs: Vec<AtomicU32>,
    /// For each task whether it ran, and so read its dependencies.
    ran: Vec<AtomicU32>,
    /// For each task whether it was opened, and which of its elements ran.
    opened: Vec<AtomicU32>,
    elements: Vec<[AtomicU32; WIDTH]>,
    fails: Option<u32>,
    /// A task, and another one that it waits for.
    waits: Option<(u32, u32)>,
    /// What tasks take of one limit, and how many of its units are in use.
    needs: Option<&'static Needs>,
    in_use: AtomicU32,
    /// How many of the helpers start on a thread on which no task may start.
    refusals: AtomicU32,
    /// How many hand-offs wait for the owner of the run.
    hand_offs: AtomicU32,
    helpers: Mutex<Vec<JoinHandle<()>>>,
    /// Whether the run has ended.
    ended: AtomicU32,
    /// An input that all tasks use in place, and for each task whether it changes it.
    state: InPlace<'static, u64, true>,
    changes: Vec<bool>,
}

impl Model {
    /// Whether tasks may start on the thread of a worker.
    fn may_start(&self) -> bool {
        self.refuse().is_none()
    }

    /// Refuses a worker, if one is to be refused. Returns how many refusals are then left.
    fn refuse(&self) -> Option<u32> {
        let before = self.refusals.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
        before.ok().map(|before| before - 1)
    }

    /// Takes the units of a task while it runs, and gives how many these are.
    fn take_units(&self, node: u32) -> u32 {
        let Some(needs) = self.needs.filter(|needs| needs.kind_of(node) != FREE) else { return 0 };
        let units = needs.kinds()[needs.kind_of(node) as usize][0].1 as u32;
        let in_use = self.in_use.fetch_add(units, Relaxed) + units;
        assert!(u64::from(in_use) <= needs.totals()[0], "{in_use} units are in use");
        units
    }

    fn give_back(&self, units: u32) {
        if units > 0 {
            self.in_use.fetch_sub(units, Relaxed);
        }
    }

    /// Uses the state as a task does.
    fn uses_state(&self, node: u32) {
        self.state.model_use(self.changes[node as usize]);
    }

    fn sees_dependencies(&self, node: u32) {
        for &k in self.table.view().dependencies_of(node) {
            assert_eq!(self.outputs[k as usize].load(Relaxed), FULL);
        }
    }
}

/// What a hand-off does on a thread.
fn receive_hand_off(model: &Arc<Model>) {
    let dynamic = model.mode.dynamic().unwrap();
    match model.refuse() {
        None => dynamic.accept_hand_off(model),
        Some(left) if left % 2 == 0 => {
            if dynamic.forward_hand_off(model) {
                dynamic.resume_hand_off(model);
            }
        }
        // Another hand-off is further down on the stack of that thread.
        Some(_) => dynamic.defer_hand_off(),
    }
}

/// Sends a job, which may get its turn after the run has ended.
fn send(model: &Arc<Model>, job: impl FnOnce(&Arc<Model>) + 'static) {
    let sent = model.clone();
    let helper = thread::spawn(move || {
        if sent.gate.enter() {
            assert_eq!(sent.ended.load(Relaxed), 0, "a job touches a run that has ended");
            job(&sent);
            _ = sent.gate.leave();
        }
    });
    model.helpers.lock().unwrap().push(helper);
}

impl Worker for Arc<Model> {
    fn thread(&self) -> usize {
        usize::from(thread::current().id() != self.owner)
    }

    fn open(&self, node: u32, _: usize) -> Option<usize> {
        self.sees_dependencies(node);
        assert_eq!(self.opened[node as usize].fetch_add(1, Relaxed), 0, "task {node} is opened twice");
        Some(WIDTH)
    }

    fn run_elements(&self, node: u32, _: usize, elements: Range<usize>) -> ChunkOutcome {
        self.sees_dependencies(node);
        assert_eq!(self.opened[node as usize].load(Relaxed), 1, "task {node} is not open");
        let units = self.take_units(node);
        self.state.model_use(false);
        for element in elements {
            if self.fails == Some(node) && element == 1 {
                self.ran[node as usize].store(1, Relaxed);
                return ChunkOutcome::Failed;
            }
            let ran = self.elements[node as usize][element].fetch_add(1, Relaxed);
            assert_eq!(ran, 0, "element {element} of task {node} runs twice");
        }
        self.give_back(units);
        ChunkOutcome::Done(0)
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
        let units = self.take_units(node);
        self.uses_state(node);
        if let Some((waiting, other)) = self.waits
            && waiting == node
        {
            while self.ran[other as usize].load(Relaxed) == 0 {
                thread::yield_now();
            }
        }
        assert_eq!(self.ran[node as usize].fetch_add(1, Relaxed), 0, "task {node} runs twice");
        self.give_back(units);
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

    fn call(&self, room: bool) {
        if room && self.gate.call() {
            let model = self.clone();
            let helper = thread::spawn(move || {
                model.gate.arrive();
                if model.gate.enter() {
                    assert_eq!(model.ended.load(Relaxed), 0, "a helper touches a run that has ended");
                    model.mode.help(model.may_start(), &model);
                    _ = model.gate.leave();
                }
            });
            self.helpers.lock().unwrap().push(helper);
        }
    }

    fn send_hand_off(&self) {
        if self.waits.is_none() {
            // The owner gets it while it waits: a model can have few threads only.
            self.hand_offs.fetch_add(1, Release);
            return;
        }
        send(self, receive_hand_off);
    }
}

/// Tries all interleavings of a body.
pub(super) fn check(body: impl Fn() + Send + Sync + 'static) {
    let mut builder = ::loom::model::Builder::new();
    builder.preemption_bound = Some(PREEMPTIONS);
    builder.check(body);
}

/// Runs a graph in all interleavings. At the end of each, `then` checks which tasks ran and which outputs were dropped.
pub(super) fn model(
    table: &'static Table,
    fails: Option<u32>,
    keep_going: bool,
    waits: Option<(u32, u32)>,
    then: impl Fn(&dyn Fn(u32) -> bool, &dyn Fn(u32) -> bool) + Send + Sync + 'static,
) {
    let mode = move || {
        let view = table.view();
        RunMode::Dynamic(DynamicRun::new(view, view.urgency(), 2, keep_going, &[], None))
    };
    model_of(table, mode, fails, waits, 0, then);
}

/// As [`model`], in this mode and with this many refusals.
pub(super) fn model_of(
    table: &'static Table,
    mode: impl Fn() -> RunMode<'static> + Send + Sync + 'static,
    fails: Option<u32>,
    waits: Option<(u32, u32)>,
    refusals: u32,
    then: impl Fn(&dyn Fn(u32) -> bool, &dyn Fn(u32) -> bool) + Send + Sync + 'static,
) {
    model_with(table, mode, None, fails, waits, refusals, then);
}

pub(super) fn model_with(
    table: &'static Table,
    mode: impl Fn() -> RunMode<'static> + Send + Sync + 'static,
    needs: Option<&'static Needs>,
    fails: Option<u32>,
    waits: Option<(u32, u32)>,
    refusals: u32,
    then: impl Fn(&dyn Fn(u32) -> bool, &dyn Fn(u32) -> bool) + Send + Sync + 'static,
) {
    check(move || {
        let zeros = || (0..table.len()).map(|_| AtomicU32::new(0)).collect();
        let model = Arc::new(Model {
            table,
            mode: mode(),
            owner: thread::current().id(),
            outputs: zeros(),
            ran: zeros(),
            opened: zeros(),
            elements: (0..table.len()).map(|_| [(); WIDTH].map(|()| AtomicU32::new(0))).collect(),
            fails,
            waits,
            needs,
            in_use: AtomicU32::new(0),
            refusals: AtomicU32::new(refusals),
            hand_offs: AtomicU32::new(0),
            helpers: Mutex::new(Vec::new()),
            gate: Gate::new(),
            ended: AtomicU32::new(0),
            state: InPlace::new(Box::leak(Box::new(0))),
            changes: changes(table),
        });
        model.gate.open();
        model.mode.start(&model);
        loop {
            if model.mode.has_ready_tasks() {
                model.mode.dynamic().unwrap().work(&model);
                continue;
            }
            if model.hand_offs.load(Acquire) > 0 {
                model.hand_offs.fetch_sub(1, Relaxed);
                receive_hand_off(&model);
                continue;
            }
            match model.gate.vacant() {
                Some(vacant) if !model.mode.has_ready_tasks() && model.gate.close(vacant) => break,
                _ => thread::yield_now(),
            }
        }
        model.ended.store(1, Relaxed);
        then(&|node| model.ran[node as usize].load(Relaxed) == 1, &|node| {
            model.outputs[node as usize].load(Relaxed) == DROPPED
        });
        loop {
            let helper = model.helpers.lock().unwrap().pop();
            let Some(helper) = helper else { break };
            helper.join().unwrap();
        }
    });
}

/// A model in which no task fails.
pub(super) fn succeeds(table: &'static Table, waits: Option<(u32, u32)>) {
    with_refusals(0, table, waits);
}

/// The same with this many refusals.
pub(super) fn with_refusals(refusals: u32, table: &'static Table, waits: Option<(u32, u32)>) {
    let dynamic = move || DynamicRun::new(table.view(), table.view().urgency(), 2, false, &[], None);
    all_run(table, dynamic, waits, refusals);
}

/// A model in which no task fails, and each thread has a ready set of its own.
pub(super) fn succeeds_in_own_sets(table: &'static Table, waits: Option<(u32, u32)>) {
    let dynamic = move || DynamicRun::new(table.view(), table.view().urgency(), 2, false, &[], None);
    all_run(table, move || dynamic().with_own_sets(2), waits, 0);
}

fn all_run(
    table: &'static Table,
    dynamic: impl Fn() -> DynamicRun<'static> + Send + Sync + 'static,
    waits: Option<(u32, u32)>,
    refusals: u32,
) {
    let mode = move || RunMode::Dynamic(dynamic());
    model_of(table, mode, None, waits, refusals, move |ran, dropped| {
        for node in 0..table.len() as u32 {
            assert!(ran(node), "task {node} did not run");
            assert!(dropped(node), "the output of {node} is left");
        }
    });
}
