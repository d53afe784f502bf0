//! Plans with other costs, for any number of workers.

use alloc::vec::Vec;

use crate::plan::Plan;
use crate::plan::costs::{Names, UnknownTask};
use crate::plan::priorities::Priorities;
use crate::plan::simulate::simulate;
use crate::table::Table;

/// Makes [`Plan`]s of a graph, by costs that may be others than those in its table: made by
/// [`Table::planner`].
///
/// ```
/// use dag_runtime::{dag, task};
///
/// #[task]
/// fn step(x: usize) -> usize { x }
///
/// #[task]
/// fn last(steps: &[usize]) -> usize { steps[3] }
///
/// dag! { graph Steps -> last { cell[x in 0..4] = step(x), last(&cell) } }
///
/// // As measured: three seconds a cell, but the third one takes seven.
/// let measured = [("cell", 3), ("cell[2]", 7), ("last", 1)];
/// let planner = Steps::TABLE.planner().costs_by_name(measured)?;
/// let makespans: Vec<u64> = [1, 2, 4].map(|workers| planner.plan(workers).makespan()).into();
/// assert_eq!(makespans, [17, 10, 8]);
/// # Ok::<(), dag_runtime::UnknownTask>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "it only plans when it is asked to"]
pub struct Planner {
    table: &'static Table,
    costs: Vec<u64>,
    latency: u64,
}

impl Planner {
    pub(super) fn new(table: &'static Table) -> Self {
        Planner { table, costs: table.tasks().map(|task| task.cost()).collect(), latency: 0 }
    }

    /// Takes these costs, of all tasks in the order of their [numbers](crate::TaskRef::index).
    ///
    /// # Panics
    ///
    /// Panics where there are not as many costs as tasks.
    pub fn costs(mut self, costs: &[u64]) -> Self {
        let (given, asked) = (costs.len(), self.costs.len());
        assert!(given == asked, "there are {given} costs for the {asked} tasks of `{}`", self.table.graph());
        self.costs.copy_from_slice(costs);
        self
    }

    /// Takes these costs of the tasks that are named. The name of a family stands for those of its
    /// members that are not named themselves; where something is named twice, the last cost counts.
    ///
    /// # Errors
    ///
    /// Fails where the graph has no task of a name.
    pub fn costs_by_name<S: AsRef<str>>(
        mut self,
        costs: impl IntoIterator<Item = (S, u64)>,
    ) -> Result<Self, UnknownTask> {
        Names::of(self.table).resolve(costs).write_over(&mut self.costs)?;
        Ok(self)
    }

    /// Takes costs that were measured, in nanoseconds.
    ///
    /// Names that the graph has not say nothing. A task of which there is none costs as much as those of its family on
    /// average, or else what the graph states, in the scale of those that were measured. So runs and plans with the same
    /// costs prefer the same tasks.
    #[cfg(feature = "std")]
    #[cfg_attr(docsrs, doc(cfg(feature = "std")))]
    pub fn measured(mut self, costs: &crate::Costs) -> Self {
        self.costs = crate::plan::Figures::of(self.table, costs).costs;
        self
    }

    /// Takes so long for the way of an output to another worker than the one that has made it: as between the ranks of
    /// MPI, where a worker is a rank. 0 where this is not called.
    ///
    /// A task goes to a worker that can begin with it, wherever its dependencies ran. Priorities are those without ways.
    ///
    /// ```
    /// # use dag_runtime::{dag, task};
    /// #[task]
    /// fn step(x: usize) -> usize { x }
    ///
    /// #[task]
    /// fn sum(steps: &[usize]) -> usize { steps.iter().sum() }
    ///
    /// dag! { graph Steps -> sum { cell[x in 0..4] = step(x), sum(&cell) } }
    ///
    /// let planner = Steps::TABLE.planner();
    /// assert_eq!(planner.plan(4).makespan(), 2);
    /// assert_eq!(planner.latency(5).plan(4).makespan(), 7);
    /// ```
    pub fn latency(mut self, latency: u64) -> Self {
        self.latency = latency;
        self
    }

    /// What a run on so many workers would be like.
    ///
    /// # Panics
    ///
    /// Panics where there are no workers.
    #[must_use]
    pub fn plan(&self, workers: usize) -> Plan {
        assert!(workers > 0, "a plan needs at least one worker");
        let view = self.table.view();
        let lists = view.lists();
        let priorities = Priorities::new(lists.order, lists.dependencies, &self.costs);
        let waits = (0..view.len() as u32).map(|task| view.in_degree(task)).collect();
        Plan {
            table: self.table,
            workers,
            schedule: simulate(lists.successors, waits, &self.costs, &priorities, workers, self.latency),
            costs: self.costs.clone(),
            work: priorities.work,
            critical_path_length: priorities.critical_path_length,
        }
    }
}
