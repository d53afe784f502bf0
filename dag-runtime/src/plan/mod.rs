//! How long a run should take: a simulation of what executors do.
//!
//! [`priorities`] orders the tasks, [`simulate`] gives them to workers, and [`gantt`] draws what
//! came of it.

mod costs;
mod gantt;
#[cfg(feature = "std")]
mod measured;
mod outputs;
mod planner;
mod priorities;
mod simulate;
#[cfg(test)]
mod tests;

use core::fmt;

use crate::table::{Table, TaskRef};

pub use costs::UnknownTask;
pub use gantt::Gantt;
pub use planner::Planner;

#[cfg(feature = "std")]
pub(crate) use measured::{Figures, Measured};

use simulate::Schedule;

/// What a run of a graph on so many workers would be like, by the costs of its tasks: made by
/// [`Table::plan`].
///
/// Whenever tasks end, the ready tasks are given to the free workers, the one with the highest
/// [bottom level](TaskRef::bottom_level) first; of equal ones, those that let outputs go. This is HLFET, by which executors
/// choose as well, but for memory: tasks that begin a new output and let none go wait while others are ready, except
/// for the most urgent one of them. A single worker runs tasks in the [order of the table](Table::order), as `Serial` does, and
/// `Rayon` on one thread.
/// Nothing but tasks takes time in a plan, and with a [latency](Planner::latency) or a
/// [bandwidth](Planner::bandwidth) the ways between workers. A task with `each` is shared out among workers where it is
/// [known](Planner::measured) how many elements it has; else, and with ways between workers, it runs on one.
///
/// How good this rule is shows on graphs of others whose shortest makespan is proven: random ones and programs of the
/// Standard Task Graph Set (Tobita and Kasahara, *Journal of Scheduling* 5(5), 2002), workflows of WfCommons, builds.
///
/// | graphs | optimal | makespan / optimum, mean | at worst |
/// |---|---|---|---|
/// | 150 with a proven optimum, of which many are known to be hard | 47 % | 1.0066 | 1.0857 |
/// | 70 without: to the best makespan that is known | | | 1.0596 |
///
/// Times are in the unit of the costs. Its [`Display`](fmt::Display) is one line.
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
pub struct Plan {
    table: &'static Table,
    workers: usize,
    work: u64,
    critical_path_length: u64,
    outputs_alive: usize,
    schedule: Schedule,
}

impl Plan {
    /// The table of the graph.
    #[must_use]
    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// How many workers there are.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// How many workers get a task: those with the lowest numbers.
    #[must_use]
    pub fn workers_used(&self) -> usize {
        self.schedule.busy.len()
    }

    /// When the last task ends.
    #[must_use]
    pub fn makespan(&self) -> u64 {
        self.schedule.makespan
    }

    /// The sum of all costs: the makespan on one worker.
    #[must_use]
    pub fn work(&self) -> u64 {
        self.work
    }

    /// The cost of the most costly chain of dependencies: no makespan can be shorter.
    #[must_use]
    pub fn critical_path_length(&self) -> u64 {
        self.critical_path_length
    }

    /// Work divided by makespan: by which factor the run is faster than on one worker. 0 where
    /// nothing costs anything.
    #[must_use]
    pub fn speedup(&self) -> f64 {
        ratio(self.work, self.makespan())
    }

    /// The part of the makespan, from 0 to 1, for which workers have a task: the mean over all.
    #[must_use]
    pub fn utilisation(&self) -> f64 {
        self.speedup() / self.workers as f64
    }

    /// The part of the makespan, from 0 to 1, for which one worker has a task.
    ///
    /// # Panics
    ///
    /// Panics where there is no such worker.
    #[must_use]
    pub fn utilisation_of(&self, worker: usize) -> f64 {
        ratio(self.busy(worker), self.makespan())
    }

    /// How long one worker has tasks for.
    ///
    /// # Panics
    ///
    /// Panics where there is no such worker.
    #[must_use]
    pub fn busy(&self, worker: usize) -> u64 {
        assert!(worker < self.workers, "the plan has {} workers, and no worker {worker}", self.workers);
        self.schedule.busy.get(worker).copied().unwrap_or(0)
    }

    /// The most outputs that are alive at once: from when their task ends until their last reader does, and those of the
    /// graph until the end. Outputs of types that need no drop, as numbers and arrays of numbers, do not count: their memory is part of the run's
    /// from start to end.
    ///
    /// This is so in the run that the plan simulates, and is no bound: with several workers, where tasks take other times than
    /// their costs say, more may be alive.
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
    pub fn tasks(&self) -> impl ExactSizeIterator<Item = PlannedTask> + DoubleEndedIterator + Clone + '_ {
        self.schedule.order.iter().map(|&index| self.planned(index))
    }

    /// When and where a task runs.
    ///
    /// # Panics
    ///
    /// May panic where the task is one of another graph.
    #[must_use]
    pub fn of(&self, task: TaskRef) -> PlannedTask {
        self.planned(task.index() as u32)
    }

    /// A chart of what each worker does, as text.
    pub fn gantt(&self) -> Gantt<'_> {
        Gantt::new(self)
    }

    fn planned(&self, index: u32) -> PlannedTask {
        let i = index as usize;
        PlannedTask {
            task: TaskRef::new(self.table, index),
            start: self.schedule.starts[i],
            finish: self.schedule.finishes[i],
            worker: self.schedule.workers[i],
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (makespan, workers) = (self.makespan(), self.workers);
        let s = if workers == 1 { "" } else { "s" };
        let utilisation = 100.0 * self.utilisation();
        write!(f, "makespan {makespan} on {workers} worker{s}: work {}, utilisation ", self.work)?;
        write!(f, "{utilisation:.0} %")?;
        match self.outputs_alive {
            0 => Ok(()),
            1 => write!(f, ", at most 1 output alive"),
            alive => write!(f, ", at most {alive} outputs alive"),
        }
    }
}

/// When and where a task runs in a [`Plan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedTask {
    task: TaskRef,
    start: u64,
    finish: u64,
    worker: u32,
}

impl PlannedTask {
    /// The task.
    #[must_use]
    pub fn task(self) -> TaskRef {
        self.task
    }

    /// When it starts.
    #[must_use]
    pub fn start(self) -> u64 {
        self.start
    }

    /// When it ends: its cost later, or earlier where several workers run it for its elements.
    #[must_use]
    pub fn finish(self) -> u64 {
        self.finish
    }

    /// The worker that runs it, or begins it, from 0.
    #[must_use]
    pub fn worker(self) -> usize {
        self.worker as usize
    }
}

impl Table {
    /// What a run on so many workers would be like, by the costs of the tasks.
    ///
    /// This takes a time that is near-linear in the number of tasks, whatever the number of workers.
    /// A [planner](Table::planner) plans with other costs, or for several numbers of workers.
    ///
    /// # Panics
    ///
    /// Panics where there are no workers.
    #[must_use]
    pub fn plan(&'static self, workers: usize) -> Plan {
        self.planner().plan(workers)
    }

    /// A planner, to plan with costs other than those in the table.
    pub fn planner(&'static self) -> Planner {
        Planner::new(self)
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
