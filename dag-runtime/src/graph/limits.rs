//! How many units of each limit there are in a run, and what its tasks take of them.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;

use super::{Frame, Job, RawGraph};
use crate::error::{Error, catch};
use crate::table::{Limits, Table, Units, limit_fault, units_fault};

/// What a task takes: numbers of limits in ascending order, each with a number of units that is not 0.
pub(crate) type Taken = [(u32, u64)];

/// The units of each limit, and what the tasks of a run take of them. No task takes more than there is.
#[derive(Debug)]
pub(crate) struct Needs {
    totals: Box<[u64]>,
    /// What tasks take, each combination once.
    kinds: Vec<Box<Taken>>,
    /// For each task the number of its kind, or [`FREE`].
    kind_of: Vec<u32>,
}

/// The kind of a task that takes nothing.
pub(crate) const FREE: u32 = u32::MAX;

impl Needs {
    /// Those of a job, if its graph has limits.
    ///
    /// # Errors
    ///
    /// Fails if a task takes more than there is.
    #[cfg(feature = "rayon")]
    pub(crate) fn of(job: &dyn Job) -> Result<Option<Needs>, Error> {
        let Some(limits) = job.table().limits() else { return Ok(None) };
        let mut found = Collected::new(job.table().len());
        let totals = job.units(limits, Some(&mut |task, taken: &Taken| found.add(task, taken)))?;
        Ok(Some(found.finish(totals)))
    }

    /// The same without the limits that a run of at most this many tasks at a time keeps anyway. `None` if none is left.
    #[cfg(feature = "rayon")]
    pub(crate) fn binding(mut self, at_a_time: usize) -> Option<Needs> {
        let mut most = alloc::vec![0; self.totals.len()];
        for &(limit, units) in self.kinds.iter().flat_map(|taken| taken.iter()) {
            most[limit as usize] = units.max(most[limit as usize]);
        }
        let binds = |limit: u32| {
            let limit = limit as usize;
            u128::from(most[limit]) * at_a_time as u128 > u128::from(self.totals[limit])
        };
        let kept =
            self.kinds.iter().map(|taken| taken.iter().copied().filter(|&(limit, _)| binds(limit)).collect());
        let kinds: Vec<Box<Taken>> = kept.collect();
        self.kinds = kinds;
        let kinds = &self.kinds;
        let is_free = |kind: u32| kinds[kind as usize].is_empty();
        self.kind_of
            .iter_mut()
            .filter(|kind| **kind != FREE && is_free(**kind))
            .for_each(|kind| *kind = FREE);
        self.kinds.iter().any(|taken| !taken.is_empty()).then_some(self)
    }

    /// The same, where only these tasks take anything.
    #[cfg(all(feature = "mpi", feature = "store"))]
    pub(crate) fn of_some(mut self, takes: impl Fn(u32) -> bool) -> Needs {
        for (_, kind) in (0..).zip(&mut self.kind_of).filter(|&(task, _)| !takes(task)) {
            *kind = FREE;
        }
        self
    }

    /// How many units there are of each limit.
    pub(crate) fn totals(&self) -> &[u64] {
        &self.totals
    }

    /// What tasks take. Two kinds may be the same.
    pub(crate) fn kinds(&self) -> &[Box<Taken>] {
        &self.kinds
    }

    /// The kind of a task, or [`FREE`].
    #[inline]
    pub(crate) fn kind_of(&self, task: u32) -> u32 {
        self.kind_of[task as usize]
    }
}

/// What was found so far of what tasks take.
pub(crate) struct Collected {
    kinds: BTreeMap<Box<Taken>, u32>,
    kind_of: Vec<u32>,
    /// What the last task took: that of the next one is usually the same.
    last: (Vec<(u32, u64)>, u32),
}

impl Collected {
    /// Of this many tasks.
    pub(crate) fn new(tasks: usize) -> Self {
        Collected { kinds: BTreeMap::new(), kind_of: alloc::vec![FREE; tasks], last: (Vec::new(), FREE) }
    }

    /// A task takes this, which is not nothing.
    pub(crate) fn add(&mut self, task: u32, taken: &Taken) {
        if self.last.0 != taken {
            let next = self.kinds.len() as u32;
            self.last = (taken.to_vec(), *self.kinds.entry(taken.into()).or_insert(next));
        }
        self.kind_of[task as usize] = self.last.1;
    }

    /// What all tasks take of this many units.
    pub(crate) fn finish(self, totals: Vec<u64>) -> Needs {
        let mut kinds = alloc::vec![Box::default(); self.kinds.len()];
        for (taken, kind) in self.kinds {
            kinds[kind as usize] = taken;
        }
        Needs { totals: totals.into(), kinds, kind_of: self.kind_of }
    }
}

/// Receives what a task takes of the limits.
pub(crate) type Found<'a> = dyn FnMut(u32, &Taken) + 'a;

impl<G: RawGraph> Frame<'_, G> {
    /// Checks that no task takes more than there is. Tells what tasks take, but not of tasks that take nothing. Returns how many
    /// units there are of each limit.
    pub(super) fn find_units(
        &self,
        limits: &'static Limits,
        found: Option<&mut Found<'_>>,
    ) -> Result<Vec<u64>, Error> {
        let limit = |limit| G::limit(self.inputs, limit);
        let units = |task, limit| G::units(self.inputs, task, limit);
        find_units(self.table(), limits, &limit, &units, found)
    }
}

fn find_units(
    table: &Table,
    limits: &'static Limits,
    limit: &dyn Fn(u32) -> i128,
    units: &dyn Fn(u32, u32) -> i128,
    mut found: Option<&mut Found<'_>>,
) -> Result<Vec<u64>, Error> {
    let error = |text: String| Error::limits(table.graph(), text);
    // What is calculated, for the text of a panic.
    let at: Cell<(Option<u32>, u32)> = Cell::new((None, 0));
    let calculated = catch(|| {
        let mut totals = Vec::with_capacity(limits.all().len());
        for (k, of) in (0..).zip(limits.all()) {
            at.set((None, k));
            let total = of.units.map_or_else(|| limit(k), i128::from);
            if let Some(fault) = limit_fault(of.name, total) {
                return Ok(Err(error(fault.as_str().into())));
            }
            totals.push(total as u64);
        }
        let mut rest = limits.units();
        while let [first, ..] = rest {
            let line = &table.lines()[first.line as usize];
            let (of_line, others) =
                rest.split_at(rest.iter().take_while(|units| units.line == first.line).count());
            rest = others;
            let is_checked = of_line
                .iter()
                .all(|units| units.units.is_some() && limits.all()[units.limit as usize].units.is_some());
            if is_checked && found.is_none() {
                continue;
            }
            let mut taken: Vec<(u32, u64)> = Vec::with_capacity(of_line.len());
            for task in line.first..line.first + line.len() as u32 {
                taken.clear();
                for of in of_line {
                    at.set((Some(task), of.limit));
                    let (count, total) = (
                        of.units.map_or_else(|| units(task, of.limit), i128::from),
                        totals[of.limit as usize],
                    );
                    if count < 0 || count > i128::from(total) {
                        return Ok(Err(error(too_many(table, limits, task, of, count, total))));
                    }
                    if count > 0 {
                        taken.push((of.limit, count as u64));
                    }
                }
                taken.sort_unstable();
                if let Some(found) = found.as_deref_mut().filter(|_| !taken.is_empty()) {
                    found(task, &taken);
                }
            }
        }
        Ok(Ok(totals))
    });
    calculated.unwrap_or_else(|failure| {
        let (task, limit) = at.get();
        let limit = limits.all()[limit as usize].name;
        let task = task.and_then(|task| table.task(task as usize));
        Err(error(match task {
            None => format!("limit `{limit}` panicked: {failure}"),
            Some(task) => {
                format!("the units of limit `{limit}` that task `{}` takes panicked: {failure}", task.name())
            }
        }))
    })
}

#[cold]
fn too_many(table: &Table, limits: &Limits, task: u32, of: &Units, units: i128, total: u64) -> String {
    let name = table.task(task as usize).map_or_else(String::new, |task| format!("{}", task.name()));
    let limit = limits.all()[of.limit as usize].name;
    let fault = units_fault(&name, limit, units, Some(total.into()));
    fault.map_or_else(String::new, |fault| fault.as_str().into())
}
