//! Predictions of runs: a simulation of what executors do.
//!
//! [`priorities`] orders the tasks, [`simulate`] assigns them to workers, and [`gantt`] draws the result.

mod costs;
mod gantt;
mod limits;
#[cfg(feature = "std")]
mod measured;
mod outputs;
mod planned_task;
mod planner;
mod priorities;
mod simulate;
mod simulated;
#[cfg(test)]
mod tests;
mod transfers;
mod unwanted;

use alloc::vec::Vec;
use core::fmt;

use crate::table::{Table, TaskRef};

pub use costs::UnknownTask;
pub use gantt::Gantt;
pub use planned_task::PlannedTask;
pub use planner::Planner;

#[cfg(feature = "std")]
pub(crate) use measured::{Figures, Measured};

use simulated::SimulatedRun;

/// A predicted run of a graph on a number of workers, by the costs of its tasks: returned by [`Table::plan`].
///
/// Whenever tasks end, the ready tasks are assigned to the free workers: first the task with the highest [bottom
/// level](TaskRef::bottom_level), and among equal ones first those that free outputs. This is HLFET, which the
/// executors use too, with one change for memory: tasks that add an output and free none wait while others are ready,
/// except for the most urgent one of them. A single worker runs tasks in the [order of the table](Table::order), like
/// `Serial`, and `Rayon` on one thread. Only tasks take time in a plan and, with a [latency](Planner::latency) or a
/// [bandwidth](Planner::bandwidth), transfers between workers. A task with `each` is divided among workers if its
/// number of elements is [known](Planner::measured); otherwise, and with transfers, it runs on one worker.
///
/// The following table compares this rule with proven optima, for graphs that others have published: random graphs and
/// programs of the Standard Task Graph Set (Tobita and Kasahara, *Journal of Scheduling* 5(5), 2002), workflows of
/// WfCommons, and builds.
///
/// | graphs | optimal | makespan / optimum, mean | at worst |
/// |---|---|---|---|
/// | 150 with a proven optimum, many of them known to be hard | 47 % | 1.0066 | 1.0857 |
/// | 70 without, relative to the best known makespan | | | 1.0596 |
///
/// Times are in the unit of the costs. The text by [`Display`](fmt::Display) is one line.
///
/// ```
/// use dag_runtime::{dag, task};
///
/// #[task(cost = 2)]
/// fn load() -> Vec<f64> { vec![1.0, 2.0, 6.0] }
///
/// #[task(depends = [load], cost = 6)]
/// fn sort(load: Vec<f64>) -> Vec<f64> { load }
///
/// #[task(cost = 3)]
/// fn settings() -> f64 { 0.5 }
///
/// #[task(depends = [sort, settings])]
/// fn quantile(sort: &[f64], settings: f64) -> f64 { sort[(sort.len() as f64 * settings) as usize] }
///
/// dag! { graph Quantile -> quantile { load, sort, settings, quantile } }
///
/// let plan = Quantile::TABLE.plan(2);
/// assert_eq!((plan.makespan(), plan.work()), (9, 12));
/// let settings = Quantile::TABLE.find("settings").unwrap();
/// assert_eq!((plan.of(settings).start(), plan.of(settings).worker()), (0, 1));
/// assert_eq!(plan.to_string(), "makespan 9 on 2 workers: work 12, utilisation 67 %, at most 2 outputs alive");
/// ```
#[derive(Clone, Debug)]
pub struct Plan<'table> {
    table: &'table Table,
    workers: usize,
    work: u64,
    critical_path_length: u64,
    outputs_alive: usize,
    simulated: SimulatedRun,
    /// For each task, whether it is not wanted.
    unwanted: Vec<bool>,
}

impl<'table> Plan<'table> {
    /// The table of the graph.
    #[must_use]
    pub fn table(&self) -> &'table Table {
        self.table
    }

    /// The number of workers.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// How many workers run a task: those with the lowest numbers.
    #[must_use]
    pub fn workers_used(&self) -> usize {
        self.simulated.busy.len()
    }

    /// The time at which the last task ends.
    #[must_use]
    pub fn makespan(&self) -> u64 {
        self.simulated.makespan
    }

    /// The sum of all costs: the makespan on one worker.
    #[must_use]
    pub fn work(&self) -> u64 {
        self.work
    }

    /// The cost of the most costly chain of dependencies: a lower bound of every makespan.
    #[must_use]
    pub fn critical_path_length(&self) -> u64 {
        self.critical_path_length
    }

    /// Work divided by makespan: the factor by which the run is faster than on one worker. 0 if the makespan is 0.
    #[must_use]
    pub fn speedup(&self) -> f64 {
        ratio(self.work, self.makespan())
    }

    /// The fraction of the makespan, from 0 to 1, for which a worker has a task: the mean over all workers.
    #[must_use]
    pub fn utilisation(&self) -> f64 {
        self.speedup() / self.workers as f64
    }

    /// The fraction of the makespan, from 0 to 1, for which this worker has a task.
    ///
    /// # Panics
    ///
    /// Panics if there is no such worker.
    #[must_use]
    pub fn utilisation_of(&self, worker: usize) -> f64 {
        ratio(self.busy(worker), self.makespan())
    }

    /// How long this worker has tasks.
    ///
    /// # Panics
    ///
    /// Panics if there is no such worker.
    #[must_use]
    pub fn busy(&self, worker: usize) -> u64 {
        assert!(worker < self.workers, "the plan has {} workers and no worker {worker}", self.workers);
        self.simulated.busy.get(worker).copied().unwrap_or(0)
    }

    /// The largest number of outputs alive at once. An output is alive from the end of its task until its last reader
    /// ends, and an output of the graph until the end of the run. Outputs of types that need no drop, such as numbers
    /// and arrays of numbers, do not count: their memory is part of the run's from start to end.
    ///
    /// This is the number in the simulated run, and not a bound: with several workers, more outputs can be alive if
    /// tasks take other times than their costs.
    ///
    /// ```
    /// use dag_runtime::{dag, task};
    ///
    /// #[task]
    /// fn load(i: usize) -> Vec<usize> { vec![i; 1000] }
    ///
    /// #[task]
    /// fn sum(load: &[usize]) -> usize { load.iter().sum() }
    ///
    /// #[task]
    /// fn total(sums: &[usize]) -> usize { sums.iter().sum() }
    ///
    /// dag! { graph Sums -> t { l[i in 0..100] = load(i), s[i in 0..100] = sum(&l[i]), t = total(&s) } }
    ///
    /// assert_eq!(Sums::TABLE.plan(2).outputs_alive(), 2);
    /// ```
    #[must_use]
    pub fn outputs_alive(&self) -> usize {
        self.outputs_alive
    }

    /// All tasks, in the order in which they start.
    #[must_use]
    pub fn tasks(
        &self,
    ) -> impl ExactSizeIterator<Item = PlannedTask<'table>> + DoubleEndedIterator + Clone + '_ {
        self.simulated.order.iter().map(|&index| self.planned(index))
    }

    /// When and where a task runs.
    ///
    /// # Panics
    ///
    /// May panic if the task is of another graph.
    #[must_use]
    pub fn of(&self, task: TaskRef<'_>) -> PlannedTask<'table> {
        self.planned(task.index() as u32)
    }

    /// A chart of the workers as text.
    pub fn gantt(&self) -> Gantt<'_> {
        Gantt::new(self)
    }

    fn planned(&self, index: u32) -> PlannedTask<'table> {
        let i = index as usize;
        PlannedTask {
            task: TaskRef::new(self.table, index),
            start: self.simulated.starts[i],
            finish: self.simulated.finishes[i],
            worker: self.simulated.workers[i],
            is_wanted: !self.unwanted[i],
        }
    }
}

impl fmt::Display for Plan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (makespan, workers) = (self.makespan(), self.workers);
        let s = if workers == 1 { "" } else { "s" };
        let utilisation = 100.0 * self.utilisation();
        write!(f, "makespan {makespan} on {workers} worker{s}: work {}, utilisation ", self.work)?;
        write!(f, "{utilisation:.0} %")?;
        match self.outputs_alive {
            0 => {}
            1 => write!(f, ", at most 1 output alive")?,
            alive => write!(f, ", at most {alive} outputs alive")?,
        }
        match self.not_wanted() {
            0 => Ok(()),
            unwanted => write!(f, ", {unwanted} not wanted"),
        }
    }
}

impl Table {
    /// Predicts a run on this number of workers, by the costs of the tasks.
    ///
    /// The time for this is near-linear in the number of tasks, whatever the number of workers. A
    /// [planner](Table::planner) plans with other costs, or for several numbers of workers.
    ///
    /// # Panics
    ///
    /// Panics if there are no workers.
    #[must_use]
    pub fn plan(&self, workers: usize) -> Plan<'_> {
        self.planner().plan(workers)
    }

    /// A planner, for plans with other costs than those in the table.
    pub fn planner(&self) -> Planner<'_> {
        Planner::new(self)
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
