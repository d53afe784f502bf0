//! Charts of plans, as text.

use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use crate::plan::{Plan, PlannedTask};

const WIDTH: usize = 80;
const ROWS: usize = 32;
/// How many tasks that are not wanted are named.
const NAMED: usize = 5;
const IDLE: char = ' ';
/// Several tasks, or one that is shorter than a column.
const SHORT: char = ':';
const START: char = '|';
const BUSY: char = '-';

/// A chart of a [`Plan`] as text, one row for each worker: returned by [`Plan::gantt`].
///
/// A task begins at a `|`, followed by its name and `-`. A `:` stands for tasks that are shorter than a column. Each
/// row ends with the utilisation of the worker. Tasks that are [not wanted](crate::Planner::without) are named below.
///
/// ```
/// # use dag_runtime::{dag, task};
/// #[task(cost = 4)]
/// fn load() -> u64 { 2 }
///
/// #[task(depends = [load], cost = 20)]
/// fn mean(load: u64) -> u64 { load }
///
/// #[task(depends = [load], cost = 10)]
/// fn largest(load: u64) -> u64 { load }
///
/// dag! { graph Stats -> (mean, largest) { load, mean, largest } }
///
/// let chart = Stats::TABLE.plan(2).gantt().width(48).to_string();
/// assert_eq!(chart, "\
/// makespan 24 on 2 workers: work 34, utilisation 71 %
/// 0 |load---|mean----------------------------------- 100 %
/// 1         |largest------------                      42 %
///   0                                             24
/// ");
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a chart is drawn when it is displayed"]
pub struct Gantt<'plan> {
    plan: &'plan Plan<'plan>,
    width: usize,
    rows: usize,
}

impl<'plan> Gantt<'plan> {
    pub(super) fn new(plan: &'plan Plan<'plan>) -> Self {
        Gantt { plan, width: WIDTH, rows: ROWS }
    }

    /// Sets the number of columns for the makespan: 80 by default, at least 8.
    pub fn width(mut self, columns: usize) -> Self {
        self.width = columns.max(8);
        self
    }

    /// Sets the largest number of workers to show, from worker 0: 32 by default.
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// The column of a time.
    fn column(&self, time: u64) -> usize {
        match self.plan.makespan() {
            0 => 0,
            makespan => (u128::from(time) * self.width as u128 / u128::from(makespan)) as usize,
        }
    }

    fn draw(&self, row: &mut [char], planned: PlannedTask<'_>) {
        let start = self.column(planned.start());
        let end = self.column(planned.finish());
        let first = &mut row[start.min(self.width - 1)];
        *first = if *first == IDLE && end > start { START } else { SHORT };
        if end > start + 1 {
            let name = planned.task().name().to_string();
            let text = name.chars().chain(core::iter::repeat(BUSY));
            for (cell, letter) in row[start + 1..end].iter_mut().zip(text) {
                *cell = letter;
            }
        }
    }
}

impl fmt::Display for Gantt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = self.plan;
        let shown = plan.workers_used().min(self.rows);
        let mut rows: Vec<Vec<char>> = vec![vec![IDLE; self.width]; shown];
        let mut divided = vec![false; plan.table.len()];
        plan.simulated.parts.iter().for_each(|part| divided[part.task as usize] = true);
        let whole = |planned: &PlannedTask<'_>| planned.is_wanted() && !divided[planned.task().index()];
        let parts = plan.simulated.parts.iter().map(|part| PlannedTask {
            start: part.start,
            finish: part.finish,
            worker: part.worker,
            ..plan.planned(part.task)
        });
        for planned in plan.tasks().filter(whole).chain(parts).filter(|planned| planned.worker() < shown) {
            self.draw(&mut rows[planned.worker()], planned);
        }
        writeln!(f, "{plan}")?;
        let margin = shown.saturating_sub(1).to_string().len();
        for (worker, row) in rows.iter().enumerate() {
            let row: String = row.iter().collect();
            let utilisation = 100.0 * plan.utilisation_of(worker);
            writeln!(f, "{worker:>margin$} {row} {utilisation:>3.0} %")?;
        }
        let (makespan, width) = (plan.makespan(), self.width - 1);
        writeln!(f, "{:margin$} 0{makespan:>width$}", "")?;
        match (plan.workers_used() - shown, plan.workers() - plan.workers_used()) {
            (0, 0) => {}
            (0, idle) => writeln!(f, "and {idle} without a task")?,
            (more, 0) => writeln!(f, "and {more} more")?,
            (more, idle) => writeln!(f, "and {more} more, and {idle} without a task")?,
        }
        let unwanted = plan.names_of_unwanted();
        if unwanted.is_empty() {
            return Ok(());
        }
        write!(f, "not wanted: {}", unwanted[..unwanted.len().min(NAMED)].join(", "))?;
        match unwanted.len().saturating_sub(NAMED) {
            0 => writeln!(f),
            more => writeln!(f, " and {more} more"),
        }
    }
}
