//! Runs of a graph on the machine, by the protocol of dynamic runs and by the classic design.

use core::ops::Range;
use core::sync::atomic::{self as plain, Ordering};
use std::boxed::Box;
use std::vec;
use std::vec::Vec;

use super::machine::{self, Counts};
use super::pool::Pool;
use crate::executor::rayon::dynamic_run::{ChunkOutcome, DynamicRun, Worker};
use crate::executor::rayon::gate::Gate;
use crate::executor::rayon::sync::AtomicU32;
use crate::table::{Table, View};

/// A graph, the time of its tasks, and a number of threads.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    pub(super) table: &'static Table,
    /// Each task takes between 3/4 and 5/4 of this.
    pub(super) nanos: u64,
    pub(super) threads: usize,
    pub(super) seed: u64,
}

/// Runs the tasks, and knows when all have ended. Nothing here is counted.
struct Tasks<'a> {
    nanos: u64,
    pool: &'a Pool,
    ran: Vec<plain::AtomicBool>,
    left: plain::AtomicUsize,
}

impl<'a> Tasks<'a> {
    fn new(setting: Setting, pool: &'a Pool) -> Self {
        let ran = (0..setting.table.len()).map(|_| plain::AtomicBool::new(false)).collect();
        Tasks { nanos: setting.nanos, pool, ran, left: plain::AtomicUsize::new(setting.table.len()) }
    }

    fn run(&self, node: u32) {
        let jitter = machine::random(self.nanos as usize / 2 + 1) as u64;
        machine::spend(self.nanos - self.nanos / 4 + jitter);
        assert!(!self.ran[node as usize].swap(true, Ordering::Relaxed), "task {node} runs twice");
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.pool.end();
        }
    }
}

/// Runs a body on all threads.
fn simulate(setting: Setting, body: impl Fn(usize) + Sync) -> Counts {
    let body = &body;
    let threads = (0..setting.threads).map(|me| Box::new(move || body(me)) as Box<dyn FnOnce() + Send + '_>);
    machine::simulate(setting.seed, threads.collect())
}

/// A worker of the protocol.
struct Virtual<'a> {
    tasks: &'a Tasks<'a>,
    gate: &'a Gate,
    me: usize,
}

impl Worker for Virtual<'_> {
    fn thread(&self) -> usize {
        self.me
    }
    fn run(&self, node: u32) -> bool {
        self.tasks.run(node);
        true
    }
    fn open(&self, _: u32, _: usize) -> Option<usize> {
        unreachable!("no task runs once for each element")
    }
    fn run_elements(&self, _: u32, _: usize, _: Range<usize>) -> ChunkOutcome {
        unreachable!("no task runs once for each element")
    }
    fn close(&self, _: u32, _: usize) -> bool {
        unreachable!("no task runs once for each element")
    }
    fn release(&self, _: u32) -> bool {
        true
    }
    fn call(&self, room: bool) {
        if self.gate.claim_wake() {
            machine::unpark(0);
        } else if room && self.gate.call() {
            self.tasks.pool.push(self.me, 0);
        }
    }
    fn send_hand_off(&self) {
        unreachable!("no worker is refused")
    }
}

/// A dynamic run, whose helpers are jobs of the pool.
pub(super) fn ours(setting: Setting) -> Counts {
    let (view, threads) = (setting.table.view(), setting.threads);
    let pool = Pool::new(threads, setting.table.len());
    let (tasks, gate) = (Tasks::new(setting, &pool), Gate::new());
    let dynamic = DynamicRun::new(view, view.urgency(), threads as u32, false, &[], Some(setting.nanos));
    gate.open();
    simulate(setting, |me| {
        let worker = Virtual { tasks: &tasks, gate: &gate, me };
        let help = || {
            gate.arrive();
            while gate.enter() {
                dynamic.help(&worker);
                if gate.leave() {
                    machine::unpark(0);
                }
                if !gate.linger() {
                    break;
                }
            }
        };
        if me == 0 {
            dynamic.start(&worker);
            wait(&dynamic, &worker, &help);
        } else {
            pool.run_thread(me, |_| help());
        }
    })
}

/// How often the owner looks for tasks before it sleeps.
const LOOKS: u32 = 3_000;

/// The wait of the owner, as at the end of a run: it looks for tasks of the run and for other jobs, and sleeps after some time.
fn wait(dynamic: &DynamicRun<'_>, worker: &Virtual<'_>, help: &dyn Fn()) {
    let (pool, gate) = (worker.tasks.pool, worker.gate);
    let mut looks = 0;
    while !pool.is_over() {
        looks += 1;
        if dynamic.has_ready_tasks() {
            dynamic.work(worker);
            looks = 0;
        } else if gate.vacant().is_none() && looks % 64 == 0 && pool.take(0).is_some() {
            help();
            looks = 0;
        } else if looks == LOOKS {
            gate.announce_wait();
            if !dynamic.has_ready_tasks() && !pool.is_over() {
                machine::park();
            }
            _ = gate.claim_wake();
            looks = 0;
        } else {
            machine::spin();
        }
    }
}

/// Each task is a job of the pool. Of those that become ready, a thread runs the first one itself.
pub(super) fn classic(setting: Setting) -> Counts {
    let view = setting.table.view();
    let pool = Pool::new(setting.threads, setting.table.len());
    let tasks = Tasks::new(setting, &pool);
    let counts: Box<[AtomicU32]> = vec![0; view.len()].into_iter().map(AtomicU32::new).collect();
    let run_from = |me: usize, node: u32| {
        let mut next = Some(node);
        while let Some(node) = next.take() {
            tasks.run(node);
            for &successor in view.urgency().successors_of(node) {
                if !arrive(view, &counts, successor) {
                    continue;
                }
                match next {
                    None => next = Some(successor),
                    Some(_) => pool.push(me, successor),
                }
            }
        }
    };
    simulate(setting, |me| {
        if me == 0 {
            let sources = (0..view.len() as u32).filter(|&node| view.in_degree(node) == 0);
            sources.for_each(|node| pool.push(0, node));
        }
        pool.run_thread(me, |node| run_from(me, node));
    })
}

/// Counts one more finished dependency. Returns whether it was the last one.
fn arrive(view: &View, counts: &[AtomicU32], node: u32) -> bool {
    let last = view.in_degree(node) - 1;
    last == 0 || counts[node as usize].fetch_add(1, Ordering::AcqRel) == last
}
