//! Plans of graphs with limits.

use alloc::vec::Vec;

use crate::graph::{Collected, Needs};
use crate::plan::Planner;
use crate::table::Units;

impl Planner<'_> {
    /// Sets how many units a limit of the graph has.
    ///
    /// A plan on several workers keeps the limits whose units are known: those that are constants in the graph, and those that are set
    /// here. A task takes the units that are constants in its line, or else one, and never more than there are. A task that waits
    /// for units starts as in a run: the most urgent one first. With transfers, each worker is a rank with limits of its own, which one
    /// task at a time keeps.
    ///
    /// ```
    /// use dag_runtime::{dag, task};
    ///
    /// #[task(cost = 5)]
    /// fn train(i: usize) -> usize { i }
    ///
    /// dag! {
    ///     #[limit(gpu = 2, disks = disks)]
    ///     graph Train(disks: usize) -> all { all[i in 0..8] = train(i) using [gpu, disks] }
    /// }
    ///
    /// let planner = Train::TABLE.planner();
    /// assert_eq!(planner.plan(8).makespan(), 20);
    /// assert_eq!(planner.limit("disks", 1).plan(8).makespan(), 40);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the graph has no such limit.
    pub fn limit(mut self, name: &str, units: u64) -> Self {
        let all = self.table.limits().map_or(&[][..], |limits| limits.all());
        let limit = all.iter().position(|limit| limit.name == name);
        let limit = limit.unwrap_or_else(|| panic!("graph `{}` has no limit `{name}`", self.table.graph()));
        self.limits.retain(|&(other, _)| other != limit);
        self.limits.push((limit, units));
        self
    }

    /// What tasks take of the limits whose units are known, if there are any.
    pub(super) fn needs(&self) -> Option<Needs> {
        let limits = self.table.limits()?;
        let total = |limit: usize| {
            let given = self.limits.iter().find(|&&(other, _)| other == limit);
            given.map_or(limits.all()[limit].units, |&(_, units)| Some(units))
        };
        let mut found = Collected::new(self.table.len());
        let mut rest = limits.units();
        while let [first, ..] = rest {
            let (of_line, others) =
                rest.split_at(rest.iter().take_while(|units| units.line == first.line).count());
            rest = others;
            let units = |&Units { limit, units, .. }: &Units| {
                let units = units.unwrap_or(1).min(total(limit as usize)?);
                (units > 0).then_some((limit, units))
            };
            let mut taken: Vec<(u32, u64)> = of_line.iter().filter_map(units).collect();
            taken.sort_unstable();
            let line = &self.table.lines()[first.line as usize];
            let tasks = line.first..line.first + line.len() as u32;
            let is_wanted = |task: &u32| !self.unwanted[*task as usize];
            if !taken.is_empty() {
                tasks.filter(is_wanted).for_each(|task| found.add(task, &taken));
            }
        }
        let totals = (0..limits.all().len()).map(|limit| total(limit).unwrap_or(0));
        Some(found.finish(totals.collect()))
    }
}
