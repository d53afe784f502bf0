//! The limits of a graph, and which lines take units of them.

use crate::table::problems::Text;

/// The limits of a graph, for a static.
#[derive(Debug)]
pub struct Limits {
    limits: &'static [Limit],
    /// In the order of the lines.
    units: &'static [Units],
}

/// A resource with a limited number of units.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub(crate) name: &'static str,
    /// How many there are, if that is a constant.
    pub(crate) units: Option<u64>,
}

/// What a task of a line takes of one limit.
#[derive(Clone, Copy, Debug)]
pub struct Units {
    pub(crate) line: u32,
    pub(crate) limit: u32,
    /// How many a task takes, if that is a constant.
    pub(crate) units: Option<u64>,
}

impl Limits {
    /// These limits, of which lines take these units.
    #[must_use]
    pub const fn new(limits: &'static [Limit], units: &'static [Units]) -> Self {
        Limits { limits, units }
    }

    /// All limits.
    pub(crate) const fn all(&self) -> &'static [Limit] {
        self.limits
    }

    /// What the tasks of all lines take, in the order of the lines.
    pub(crate) const fn units(&self) -> &'static [Units] {
        self.units
    }
}

impl Limit {
    /// One with this many units. [`assert_limit`] has checked the number.
    #[must_use]
    pub const fn constant(name: &'static str, units: i128) -> Self {
        Limit { name, units: Some(cut(units)) }
    }

    /// One whose number of units is known when the graph runs.
    #[must_use]
    pub const fn of_a_run(name: &'static str) -> Self {
        Limit { name, units: None }
    }
}

impl Units {
    /// This many units of a limit, for each task of a line. [`assert_units`] has checked the number.
    #[must_use]
    pub const fn constant(line: u32, limit: u32, units: i128) -> Self {
        Units { line, limit, units: Some(cut(units)) }
    }

    /// A number of units that is known when the graph runs.
    #[must_use]
    pub const fn of_a_run(line: u32, limit: u32) -> Self {
        Units { line, limit, units: None }
    }
}

/// A number that was checked.
const fn cut(units: i128) -> u64 {
    if units < 0 { 0 } else { units as u64 }
}

/// Fails if a limit cannot have this many units.
#[track_caller]
pub const fn assert_limit(name: &str, units: i128) {
    if let Some(fault) = limit_fault(name, units) {
        panic!("{}", fault.as_str())
    }
}

/// Fails if a task cannot take this many units of a limit, which has `total` of them if that is a constant.
#[track_caller]
pub const fn assert_units(task: &str, limit: &str, units: i128, total: Option<i128>) {
    if let Some(fault) = units_fault(task, limit, units, total) {
        panic!("{}", fault.as_str())
    }
}

/// What is wrong with a limit of this many units, if anything.
pub(crate) const fn limit_fault(name: &str, units: i128) -> Option<Text> {
    if units >= 0 && units <= u64::MAX as i128 {
        return None;
    }
    let mut text = Text::new();
    text.push("limit `");
    text.push(name);
    text.push("` has ");
    text.push_units(units);
    text.push(if units < 0 { ", and 0 is the least" } else { ", and 2^64 - 1 is the most" });
    Some(text)
}

/// What is wrong with this many units of a limit for a task, if anything.
pub(crate) const fn units_fault(task: &str, limit: &str, units: i128, total: Option<i128>) -> Option<Text> {
    let most = match total {
        Some(total) => total,
        None => u64::MAX as i128,
    };
    if units >= 0 && units <= most {
        return None;
    }
    let mut text = Text::new();
    text.push("task `");
    text.push(task);
    text.push("` takes ");
    text.push_units(units);
    text.push(" of limit `");
    text.push(limit);
    match total {
        Some(total) if units >= 0 => {
            text.push("`, and there ");
            text.push(if total == 1 { "is " } else { "are " });
            text.push_wide(total);
        }
        _ => text.push(if units < 0 { "`, and 0 is the least" } else { "`, and 2^64 - 1 is the most" }),
    }
    Some(text)
}
