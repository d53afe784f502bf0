//! The runs of all ranks, one after the other on the same connections.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;
use core::time::Duration;
use std::time::Instant;

use super::network::{Network, Random};
use super::trial::{CODECS, Plan, TASKS, Trial};
use crate::executor::mpi::placement::{Pins, PlanKey, Receivers};
use crate::executor::mpi::prepared::Prepared;
use crate::executor::mpi::protocol::connection::Connection;
use crate::executor::mpi::protocol::transport::Gathering;
use crate::executor::mpi::rank::{Context, Execution, Options, Progress, RankRun, WorkQueue, Workers};
use crate::executor::mpi::report::Ending;
use crate::graph::{Collected, Needs};
use crate::observe::{Monitor, Observed, Unobserved};
use crate::table::Table;

pub(super) fn prepare(plan: &Plan, table: &Table, rank: u32) -> Prepared {
    let plan_key =
        PlanKey { receivers: Receivers::All, dynamic: plan.dynamic, pins: Pins::default(), figures: None };
    Prepared::new(table, &CODECS, plan.ranks, rank, &plan_key)
}

/// What a rank does.
enum Phase<'run> {
    Running(Box<RankRun<'run>>),
    /// It has come to the collective after a run.
    Between(&'run mut Connection, Box<dyn Gathering>),
}

impl Phase<'_> {
    /// Whether the tasks of the rank are done.
    fn is_done(&self) -> bool {
        match self {
            Phase::Running(run) => run.dependencies.is_done(),
            Phase::Between(..) => true,
        }
    }
}

/// The runs of all ranks, one step of one rank at a time. Returns how each run has ended on each rank, and how many ranks
/// have told the others to stop.
pub(super) fn run_ranks(plan: &Plan, trials: &[Vec<Trial<'_>>]) -> (Vec<Vec<Ending>>, usize) {
    let mut random = Random(!plan.seed);
    let ranks = plan.ranks as usize;
    let network = Network::new(ranks, plan.seed);
    let prepared: Vec<Prepared> =
        trials[0].iter().map(|trial| prepare(plan, &trial.table, trial.rank)).collect();
    // Those of every second seed.
    let needs = (plan.seed % 2 == 1).then(|| needs(plan.seed));
    let connect = |rank: u32| Connection::new(Box::new(network.endpoint(rank)), ranks);
    let mut connections: Vec<Connection> = (0..plan.ranks).map(connect).collect();
    // Of each run, and of each rank in it.
    let execution = |trial| Execution::new(trial, plan.keep_going, None);
    let executions: Vec<Vec<Execution<'_>>> =
        trials.iter().map(|trials| trials.iter().map(|trial| execution(trial)).collect()).collect();
    let queues: Vec<Vec<WorkQueue<'_>>> =
        executions.iter().map(|executions| executions.iter().map(WorkQueue::new).collect()).collect();
    let monitors: Vec<_> =
        trials.iter().map(|trials| Observed::new(()).stopped_by(&trials[0].ledger.stop)).collect();
    // Of each rank. At the end of a run no job is left.
    let jobs: Vec<Cell<usize>> = vec![Cell::new(0); ranks];
    let sends: Vec<_> = jobs.iter().map(|jobs| move || jobs.set(jobs.get() + 1)).collect();
    let start = |run: usize, rank: usize, connection| {
        let trial = &trials[run][rank];
        // It is enough that one rank hears it.
        let monitor: &(dyn Monitor + Sync) = if rank == 0 { &monitors[run] } else { &Unobserved };
        let context = Context {
            job: trial,
            view: trial.table.view(),
            codecs: &CODECS,
            prepared: &prepared[rank],
            pins: &[],
            needs: needs.as_ref(),
            rank: trial.rank,
            ranks: plan.ranks,
            options: Options {
                keep_going: plan.keep_going,
                dynamic: plan.dynamic,
                can_stop: plan.stop_after.is_some(),
            },
            kept: trial.kept.as_ref().map(|kept| kept as _),
            monitor,
            start: Instant::now(),
        };
        let workers = match plan.dynamic {
            true => Workers::beside(&queues[run][rank], &sends[rank], 2),
            false => Workers::alone(&executions[run][rank]),
        };
        Box::new(RankRun::new(context, connection, workers))
    };
    let mut phases: Vec<Option<Phase<'_>>> = (0..)
        .zip(&mut connections)
        .map(|(rank, connection)| Some(Phase::Running(start(0, rank, connection))))
        .collect();
    let mut current = vec![0; ranks];
    let mut endings: Vec<Vec<Ending>> = trials.iter().map(|_| Vec::new()).collect();
    let mut steps = 0;
    while current.iter().any(|&run| run < trials.len()) || !network.is_idle() {
        steps += 1;
        assert!(steps < 2_000_000, "the ranks wait for each other");
        let rank = random.below(ranks);
        let next = match phases[rank].take().expect("each rank is in a phase") {
            Phase::Between(connection, mut gathering) => {
                connection.receive_late();
                match gathering.test() {
                    Some(_) if current[rank] < trials.len() => {
                        Phase::Running(start(current[rank], rank, connection))
                    }
                    _ => Phase::Between(connection, gathering),
                }
            }
            // Slower than the others.
            phase if plan.dynamic && rank == 0 && random.below(6) > 0 => phase,
            phase if jobs[rank].get() > 0 && random.below(2) == 0 => {
                jobs[rank].set(jobs[rank].get() - 1);
                let queue = &queues[current[rank]][rank];
                if random.below(8) == 0 {
                    queue.refuse_sent()
                } else {
                    queue.run_sent()
                }
                phase
            }
            Phase::Running(mut run) => {
                let (will_stop, ran) = (network.will_stop(rank), trials[current[rank]][rank].ledger.count());
                let progress = run.advance(|| Duration::from_secs(1));
                let ran = trials[current[rank]][rank].ledger.count() > ran;
                assert!(
                    !(plan.slow && will_stop && ran) || run.stopped,
                    "rank {rank} looks at all that has come during a long task"
                );
                assert!(run.stopped || !network.is_stopped(rank), "rank {rank} was told to stop");
                if progress == Progress::Over {
                    if plan.dynamic || plan.stop_after.is_some() {
                        assert!(phases.iter().flatten().all(Phase::is_done), "no rank may need this one");
                    }
                    endings[current[rank]].push(run.end());
                    check_end(&run);
                    current[rank] += 1;
                    let gathering = run.connection.transport.gather(&[0]);
                    Phase::Between(run.connection, gathering)
                } else {
                    Phase::Running(run)
                }
            }
        };
        phases[rank] = Some(next);
    }
    let mut stops = 0;
    for rank in 0..plan.ranks {
        let mut told = network.stopped_by(rank as usize);
        told.sort_unstable();
        let others = (0..plan.ranks).filter(|&other| other != rank);
        assert!(told.is_empty() || told.iter().copied().eq(others), "rank {rank} tells all others once");
        stops += usize::from(!told.is_empty());
    }
    (endings, stops)
}

/// What tasks take of two limits.
fn needs(seed: u64) -> Needs {
    let mut random = Random(seed);
    let totals = vec![1 + random.below(3) as u64, 2];
    let mut found = Collected::new(TASKS);
    for task in 0..TASKS as u32 {
        let units = totals.iter().map(|&total| random.below(total as usize + 1) as u64);
        let taken: Vec<(u32, u64)> = (0..).zip(units).filter(|&(_, units)| units > 0).collect();
        if !taken.is_empty() {
            found.add(task, &taken);
        }
    }
    found.finish(totals)
}

/// Checks what holds of a rank after each run.
fn check_end(run: &RankRun<'_>) {
    assert!(run.has_all_units(), "all units were given back");
    assert!(!run.connection.arena.is_lending(), "no memory counts as that of a run that is over");
    for task in 0..TASKS as u32 {
        let is_output = run.context.view().place(task).line.output;
        assert!(is_output || !run.outputs.is_present(task), "the output of task {task} was released");
    }
}
