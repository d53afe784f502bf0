//! Plans with other costs, for any number of workers.

use alloc::vec;
use alloc::vec::Vec;

use crate::plan::Plan;
use crate::plan::costs::{Names, UnknownTask};
use crate::plan::outputs::most_alive;
use crate::plan::priorities::{Priorities, bottom_levels};
use crate::plan::simulate::{Model, simulate};
use crate::plan::transfers::Transfers;
use crate::table::{Table, View};

/// The most parts for each worker into which a task with elements is divided. With this many, the effect of the last
/// parts is negligible.
const PARTS_OF_WORKER: u64 = 16;

/// Makes [`Plan`]s of a graph with costs that may differ from those in its table: returned by [`Table::planner`].
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
/// // As measured: three seconds a cell, except for the third one, which takes seven.
/// let measured = [("cell", 3), ("cell[2]", 7), ("last", 1)];
/// let planner = Steps::TABLE.planner().costs_by_name(measured)?;
/// let makespans: Vec<u64> = [1, 2, 4].map(|workers| planner.plan(workers).makespan()).into();
/// assert_eq!(makespans, [17, 10, 8]);
/// # Ok::<(), dag_runtime::UnknownTask>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a planner does nothing until `plan` is called"]
pub struct Planner<'table> {
    pub(super) table: &'table Table,
    pub(super) costs: Vec<u64>,
    /// For each task, whether it is not wanted.
    pub(super) unwanted: Vec<bool>,
    /// For each task, the number of elements if it runs once for each; empty if unknown.
    elements: Vec<u64>,
    /// The size of each output; empty if unknown.
    bytes: Vec<u64>,
    latency: u64,
    /// In bytes per unit of time.
    bandwidth: f64,
    /// The units of limits that were set, by the number of the limit.
    pub(super) limits: Vec<(usize, u64)>,
}

impl<'table> Planner<'table> {
    pub(super) fn new(table: &'table Table) -> Self {
        Planner {
            table,
            costs: table.tasks().map(|task| task.cost()).collect(),
            unwanted: vec![false; table.len()],
            elements: Vec::new(),
            bytes: Vec::new(),
            latency: 0,
            bandwidth: f64::INFINITY,
            limits: Vec::new(),
        }
    }

    /// Sets the costs of all tasks, in the order of their [numbers](crate::TaskRef::index).
    ///
    /// # Panics
    ///
    /// Panics if there are not as many costs as tasks.
    pub fn costs(mut self, costs: &[u64]) -> Self {
        let (given, asked) = (costs.len(), self.costs.len());
        assert!(given == asked, "there are {given} costs for the {asked} tasks of `{}`", self.table.graph());
        self.costs.copy_from_slice(costs);
        self
    }

    /// Sets the costs of the named tasks. The name of a family stands for those of its members that are not named
    /// themselves. If a name occurs twice, the last cost counts.
    ///
    /// # Errors
    ///
    /// Fails if the graph has no task with one of the names.
    pub fn costs_by_name<S: AsRef<str>>(
        mut self,
        costs: impl IntoIterator<Item = (S, u64)>,
    ) -> Result<Self, UnknownTask> {
        Names::of(self.table).resolve(costs).write_over(&mut self.costs)?;
        Ok(self)
    }

    /// Sets measured costs, in nanoseconds.
    ///
    /// Unknown names are ignored. A task without a measured cost gets the mean of the measured members of its family
    /// or, if there are none, its cost in the table, in the scale of the measured tasks. Executors do the same, so runs
    /// and plans with the same costs prefer the same tasks.
    ///
    /// This also sets the known sizes of outputs, for a [bandwidth](Planner::bandwidth): other members of a family get
    /// the mean of the known ones. And it sets the numbers of elements of tasks with `each`, which are then divided
    /// among free workers as in a run.
    #[cfg(feature = "std")]
    #[cfg_attr(docsrs, doc(cfg(feature = "std")))]
    pub fn measured(self, costs: &crate::costs::Costs) -> Self {
        let crate::plan::Figures { costs, elements, bytes } = crate::plan::Figures::of(self.table, costs);
        Planner { costs, bytes, ..self }.elements(elements)
    }

    /// Sets the latency for sending an output to a worker other than the one that made it. This models the ranks of
    /// MPI, with one worker for each rank. The default is 0.
    ///
    /// A task is assigned to a worker that can start it, wherever its dependencies ran. Transfers do not affect
    /// priorities.
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

    /// Sets the bandwidth between workers, in bytes per unit of the costs: an output takes its size divided by `bytes`
    /// to get to another worker, in addition to the [latency](Planner::latency). If costs are nanoseconds, 1.0 is a
    /// gigabyte per second. By default, sizes do not count.
    ///
    /// Sizes come from [`bytes_by_name`](Planner::bytes_by_name) or [`measured`](Planner::measured); unknown ones are
    /// 0. An output is sent to each worker once, however many tasks read it there, and transfers do not slow each other
    /// down. A task that only comes after another one waits for no bytes.
    ///
    /// ```
    /// # use dag_runtime::{dag, task};
    /// #[task(cost = 10)]
    /// fn step(x: usize) -> Vec<u8> { vec![0; x] }
    ///
    /// #[task]
    /// fn sum(steps: &[Vec<u8>]) -> usize { steps.iter().map(Vec::len).sum() }
    ///
    /// dag! { graph Steps -> sum { cell[x in 0..2] = step(x), sum(&cell) } }
    ///
    /// let planner = Steps::TABLE.planner().bytes_by_name([("cell[0]", 600), ("cell[1]", 80)])?.latency(2);
    /// assert_eq!(planner.plan(2).makespan(), 13);
    /// // The 80 bytes go to where the 600 are.
    /// assert_eq!(planner.bandwidth(20.0).plan(2).makespan(), 17);
    /// # Ok::<(), dag_runtime::UnknownTask>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if `bytes` is not greater than 0.
    pub fn bandwidth(mut self, bytes: f64) -> Self {
        assert!(bytes > 0.0, "a bandwidth of {bytes} is not greater than 0");
        self.bandwidth = bytes;
        self
    }

    /// Sets the sizes, in bytes, of the outputs of the named tasks. The name of a family stands for those of its
    /// members that are not named themselves.
    ///
    /// # Errors
    ///
    /// Fails if the graph has no task with one of the names.
    pub fn bytes_by_name<S: AsRef<str>>(
        mut self,
        bytes: impl IntoIterator<Item = (S, u64)>,
    ) -> Result<Self, UnknownTask> {
        self.bytes.resize(self.costs.len(), 0);
        Names::of(self.table).resolve(bytes).write_over(&mut self.bytes)?;
        Ok(self)
    }

    /// Sets the numbers of elements of all tasks, 1 if a task runs once.
    #[cfg(any(feature = "std", test))]
    pub(crate) fn elements(mut self, elements: Vec<u64>) -> Self {
        self.elements = if elements.iter().all(|&count| count <= 1) { Vec::new() } else { elements };
        self
    }

    /// Predicts a run on this number of workers.
    ///
    /// # Panics
    ///
    /// Panics if there are no workers.
    #[must_use]
    pub fn plan(&self, workers: usize) -> Plan<'table> {
        assert!(workers > 0, "a plan needs at least one worker");
        let view = self.table.view();
        let columns = view.columns();
        let costs = self.wanted_costs();
        let priorities = Priorities::new(view, &costs);
        // Alone, executors run tasks in the serial order.
        let priorities = if workers == 1 { priorities.in_order(columns.order) } else { priorities };
        let transfers = self.transfers(view);
        let waits = match &transfers {
            Some((waits, _)) => waits.clone(),
            None => (0..view.len() as u32).map(|task| view.in_degree(task)).collect(),
        };
        let critical_path_length = if self.elements.is_empty() {
            priorities.critical_path_length
        } else {
            let longest = |(&cost, &elements): (&u64, &u64)| cost.div_ceil(elements.max(1));
            let costs: Vec<u64> = costs.iter().zip(&self.elements).map(longest).collect();
            bottom_levels(columns.order, columns.dependencies, &costs).into_iter().max().unwrap_or(0)
        };
        let needs = if workers > 1 && transfers.is_none() { self.needs() } else { None };
        let parts = if transfers.is_none() { self.parts(workers) } else { Vec::new() };
        let simulated = simulate(Model {
            successors: columns.successors,
            waits,
            costs: &costs,
            priorities: &priorities,
            workers,
            transfers: transfers.map(|(_, transfers)| transfers),
            parts,
            needs: needs.as_ref(),
        });
        Plan {
            table: self.table,
            workers,
            work: priorities.work,
            critical_path_length,
            outputs_alive: most_alive(view, &simulated, &self.unwanted),
            simulated,
            unwanted: self.unwanted.clone(),
        }
    }

    /// The number of parts into which each task is divided, as executors divide elements.
    fn parts(&self, workers: usize) -> Vec<u32> {
        let most = if workers == 1 { 1 } else { PARTS_OF_WORKER.saturating_mul(workers as u64) };
        self.with_wanted(&self.elements, 1)
            .iter()
            .map(|&count| count.clamp(1, most.min(u32::MAX.into())) as u32)
            .collect()
    }

    /// How many tasks each task waits for, and how long their outputs take from other workers; `None` if no transfer
    /// takes time.
    fn transfers(&self, view: &View) -> Option<(Vec<u32>, Transfers)> {
        let has_sizes = self.bandwidth.is_finite() && self.bytes.iter().any(|&bytes| bytes > 0);
        if self.latency == 0 && !has_sizes {
            return None;
        }
        let latency = |from: u32| if self.unwanted[from as usize] { 0 } else { self.latency };
        let sizes = self.with_wanted(&self.bytes, 0);
        let transfer = |output: u32| {
            let bytes = sizes.get(output as usize).copied().unwrap_or(0);
            latency(output).saturating_add(up(bytes as f64 / self.bandwidth))
        };
        let (mut edges, mut waits) = (Vec::new(), Vec::with_capacity(view.len()));
        let mut read_by = vec![u32::MAX; view.len()];
        for task in 0..view.len() as u32 {
            let before = edges.len();
            // An output that is read need not be of a direct dependency, and can arrive after these.
            for &output in view.reads_of(task) {
                read_by[output as usize] = task;
                edges.push((task, output, transfer(output)));
            }
            let others = view.dependencies_of(task).iter().filter(|&&other| read_by[other as usize] != task);
            edges.extend(others.map(|&other| (task, other, latency(other))));
            waits.push((edges.len() - before) as u32);
        }
        Some((waits, Transfers::new(view.len(), &edges)))
    }
}

/// Rounded up. `core` has no `ceil`.
fn up(time: f64) -> u64 {
    let whole = time as u64;
    whole.saturating_add(u64::from((whole as f64) < time))
}
