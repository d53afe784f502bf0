//! Plans without tasks that are not wanted.

use alloc::borrow::Cow;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::plan::costs::{Named, Names, UnknownTask};
use crate::plan::{Plan, Planner};

impl Planner<'_> {
    /// Plans a run in which the named task is not wanted, as if the condition behind its `when` were false. The name of a
    /// family stands for all of its members. Can be called several times, and with any task, with `when` or without.
    ///
    /// The task waits for its dependencies, and then takes no time on a worker. Its output takes no time to other workers,
    /// and does not count as [alive](crate::Plan::outputs_alive). Its cost remains set, and counts in no plan.
    ///
    /// ```
    /// use dag_runtime::{dag, task};
    ///
    /// #[task(cost = 4)]
    /// fn load() -> Vec<f64> { vec![1.0, 2.0, 6.0] }
    ///
    /// #[task(depends = [load], cost = 9)]
    /// fn picture(load: &[f64]) -> String { format!("{load:?}") }
    ///
    /// #[task(depends = [load])]
    /// fn mean(load: &[f64]) -> f64 { load.iter().sum::<f64>() / load.len() as f64 }
    ///
    /// dag! { graph Report -> (picture, mean) { load, picture, mean } }
    ///
    /// let planner = Report::TABLE.planner();
    /// assert_eq!(planner.plan(1).makespan(), 14);
    /// let plan = planner.without("picture")?.plan(1);
    /// assert_eq!(plan.makespan(), 5);
    /// assert!(!plan.of(Report::TABLE.find("picture").unwrap()).is_wanted());
    /// # Ok::<(), dag_runtime::UnknownTask>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the graph has no task with this name.
    pub fn without(mut self, name: &str) -> Result<Self, UnknownTask> {
        match Names::of(self.table).get(name)? {
            Named::Task(task) => self.unwanted[task] = true,
            Named::Line(tasks) => self.unwanted[tasks].fill(true),
        }
        Ok(self)
    }

    /// The costs that count.
    pub(super) fn wanted_costs(&self) -> Cow<'_, [u64]> {
        self.with_wanted(&self.costs, 0)
    }

    /// The values of all tasks, in which those of tasks that are not wanted are replaced. There may be none.
    pub(super) fn with_wanted<'a>(&self, values: &'a [u64], unwanted: u64) -> Cow<'a, [u64]> {
        if !self.unwanted.contains(&true) {
            return Cow::Borrowed(values);
        }
        let of = |(&value, &is_unwanted): (&u64, &bool)| if is_unwanted { unwanted } else { value };
        Cow::Owned(values.iter().zip(&self.unwanted).map(of).collect())
    }
}

impl Plan<'_> {
    /// How many tasks are [not wanted](Planner::without).
    #[must_use]
    pub fn not_wanted(&self) -> usize {
        self.unwanted.iter().filter(|&&is_unwanted| is_unwanted).count()
    }

    /// The names of the tasks that are not wanted. A family all of whose members are not wanted is named once.
    pub(super) fn names_of_unwanted(&self) -> Vec<String> {
        let mut names = Vec::new();
        for line in self.table.lines() {
            let first = line.first as usize;
            let members = &self.unwanted[first..first + line.len()];
            if !members.is_empty() && members.iter().all(|&is_unwanted| is_unwanted) {
                names.push(line.name.to_string());
                continue;
            }
            let unwanted = (first..).zip(members).filter(|(_, is_unwanted)| **is_unwanted);
            names.extend(unwanted.filter_map(|(task, _)| Some(self.table.task(task)?.name().to_string())));
        }
        names
    }
}
