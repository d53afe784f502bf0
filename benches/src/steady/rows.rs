//! What is measured, in rows, and what each row is held to.

use std::collections::BTreeMap;

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::Result;
use crate::measure::quantile;
use crate::report::number;

/// The part of all that has to stay below a bar.
pub(super) const PART: f64 = 0.9;

/// A group of rows with one bar.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, ValueEnum)]
pub(super) enum Group {
    /// Graphs of nine short tasks.
    Nine,
    /// Frames of a game: twelve tasks of 1 to 100 µs.
    Frames,
    /// The large graphs of the command `overhead`.
    Shapes,
    /// Two tasks of 5 ms.
    Long,
    /// Runs while rayon's global pool is busy.
    Busy,
}

/// What ours is held to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bar {
    /// This many times the best other figure and this many seconds more, and never more than the last.
    Above { times: f64, plus: f64, most: f64 },
    /// This many times the best other figure of the same process.
    Ratio { times: f64 },
    /// Whatever the time: the caller does the run, and does not wait.
    OnCaller,
}

impl Group {
    pub(super) fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    pub(super) fn bar(self) -> Bar {
        match self {
            Group::Nine => Bar::Above { times: 1.0, plus: 1.5e-6, most: f64::INFINITY },
            Group::Frames => Bar::Above { times: 1.1, plus: 2e-6, most: f64::INFINITY },
            Group::Shapes => Bar::Ratio { times: 1.1 },
            Group::Long => Bar::Above { times: 1.0, plus: 0.5e-3, most: 5.5e-3 },
            Group::Busy => Bar::OnCaller,
        }
    }
}

/// One row in one process. Figures are in seconds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub(super) group: Group,
    pub(super) what: String,
    /// The case of what is measured, where the table shows only the worst one.
    pub(super) case: String,
    pub(super) ours: f64,
    /// Ours a second time, in the same rounds.
    pub(super) again: Option<f64>,
    pub(super) others: BTreeMap<String, f64>,
    /// Whether all that is not a time was as it has to be.
    pub(super) held: bool,
}

impl Row {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "group": self.group.name(),
            "what": self.what,
            "case": self.case,
            "ours": self.ours,
            "again": self.again,
            "others": self.others,
            "held": self.held,
        })
    }

    pub(super) fn from_json(value: &Value) -> Result<Self> {
        let read = || {
            let text = |key: &str| Some(value[key].as_str()?.to_owned());
            let others = value["others"].as_object()?.iter();
            Some(Row {
                group: Group::from_str(value["group"].as_str()?, false).ok()?,
                what: text("what")?,
                case: text("case")?,
                ours: value["ours"].as_f64()?,
                again: value["again"].as_f64(),
                others: others
                    .map(|(name, seconds)| Some((name.clone(), seconds.as_f64()?)))
                    .collect::<Option<_>>()?,
                held: value["held"].as_bool()?,
            })
        };
        read().ok_or_else(|| format!("a process gave no row: {value}").into())
    }

    /// The fastest of the others.
    fn best(&self) -> (&str, f64) {
        let best = self.others.iter().min_by(|a, b| a.1.total_cmp(b.1));
        best.map_or(("nothing", f64::NAN), |(name, &seconds)| (name, seconds))
    }
}

/// A row over all processes.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) what: String,
    pub(super) case: String,
    ours: f64,
    best: f64,
    best_name: String,
    bar: Bar,
    /// Ours as a multiple of the best other one of the same process.
    pub(super) ratio: f64,
    /// Ours as a multiple of ours in the same process.
    pub(super) noise: Option<f64>,
    held: usize,
    processes: usize,
}

impl Judged {
    /// Puts together what the processes say of one row.
    pub(super) fn new(rows: &[Row]) -> Self {
        let over = |of: &dyn Fn(&Row) -> f64| quantile(&rows.iter().map(of).collect::<Vec<_>>(), PART);
        let mut names = BTreeMap::new();
        for row in rows {
            *names.entry(row.best().0).or_insert(0) += 1;
        }
        let most = names.into_iter().max_by_key(|&(_, count)| count);
        let noise = |row: &Row| row.again.map_or(f64::NAN, |again| row.ours / again);
        Judged {
            what: rows[0].what.clone(),
            case: rows[0].case.clone(),
            ours: over(&|row| row.ours),
            best: over(&|row| row.best().1),
            best_name: most.map_or_else(String::new, |(name, _)| name.to_owned()),
            bar: rows[0].group.bar(),
            ratio: over(&|row| row.ours / row.best().1),
            noise: rows.iter().all(|row| row.again.is_some()).then(|| over(&noise)),
            held: rows.iter().filter(|row| row.held).count(),
            processes: rows.len(),
        }
    }

    /// How far above what it is held to.
    pub(super) fn excess(&self) -> f64 {
        match self.bar {
            Bar::Above { times, plus, most } => self.ours / (times * self.best + plus).min(most),
            Bar::Ratio { times } => self.ratio / times,
            Bar::OnCaller => (self.processes - self.held) as f64,
        }
    }

    pub(super) fn kept(&self) -> &'static str {
        let noise = self.noise.map_or(1.0, |noise| noise.max(1.0));
        match self.bar {
            // One process that waited is one too many.
            Bar::OnCaller if self.held < self.processes => "no",
            _ if self.excess() <= 1.0 => "yes",
            Bar::Ratio { .. } if self.excess() <= noise => "within the noise",
            _ => "no",
        }
    }

    /// The cells of the table: see [`HEAD`].
    pub(super) fn cells(&self) -> [String; 6] {
        let what =
            if self.case.is_empty() { self.what.clone() } else { format!("{}: {}", self.what, self.case) };
        let (compared, bar) = match self.bar {
            Bar::Above { times, plus, most } => {
                let factor = if times == 1.0 { String::new() } else { format!("{times} x ") };
                let most = if most.is_finite() { format!(", at most {}", time(most)) } else { String::new() };
                let sign = if self.ours < self.best { "-" } else { "+" };
                let compared = format!("{sign}{}", time((self.ours - self.best).abs()));
                (compared, format!("{factor}+ {}{most}", time(plus)))
            }
            Bar::Ratio { times } => {
                let noise = self.noise.map(|noise| format!(" (ours {})", number(noise)));
                (format!("x {}{}", number(self.ratio), noise.unwrap_or_default()), format!("{times} x"))
            }
            Bar::OnCaller => (
                format!("{} of {} waited", self.processes - self.held, self.processes),
                "all on the caller".into(),
            ),
        };
        let best = format!("{}, {}", time(self.best), self.best_name);
        [what, time(self.ours), best, compared, bar, self.kept().into()]
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "what": self.what,
            "case": self.case,
            "ours": self.ours,
            "best_other": self.best,
            "best_other_name": self.best_name,
            "ratio_in_a_process": self.ratio,
            "ours_to_ours": self.noise,
            "share_of_bar": self.excess(),
            "kept": self.kept(),
            "processes": self.processes,
        })
    }
}

/// The head of the table.
pub(super) const HEAD: [&str; 6] = ["figure", "ours", "the best beside it", "compared", "bar", "kept"];

/// A time with its unit.
pub(super) fn time(seconds: f64) -> String {
    if seconds < 1e-3 {
        format!("{} µs", number(1e6 * seconds))
    } else {
        format!("{} ms", number(1e3 * seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(group: Group, ours: f64, again: Option<f64>, others: &[(&str, f64)]) -> Row {
        let others = others.iter().map(|&(name, seconds)| (name.to_owned(), seconds)).collect();
        Row { group, what: "w".into(), case: String::new(), ours, again, others, held: true }
    }

    #[test]
    fn rows_pass_through_json() {
        let row = row(Group::Shapes, 1e-6, Some(2e-6), &[("a", 3e-6)]);
        assert_eq!(Row::from_json(&row.to_json()).unwrap(), row);
        assert!(Row::from_json(&json!({})).is_err());
    }

    #[test]
    fn a_bar_above_the_best_is_held_or_not() {
        let frame = |ours| Judged::new(&[row(Group::Frames, ours, None, &[("a", 10e-6), ("b", 20e-6)])]);
        assert_eq!(frame(12.9e-6).kept(), "yes");
        assert_eq!(frame(13.1e-6).kept(), "no");
        let long = |ours, best| Judged::new(&[row(Group::Long, ours, None, &[("a", best)])]).kept();
        assert_eq!(long(5.4e-3, 5.0e-3), "yes");
        assert_eq!(long(5.6e-3, 5.3e-3), "no");
        assert_eq!(long(5.4e-3, 4.8e-3), "no");
    }

    #[test]
    fn ratios_are_those_of_a_process() {
        let process = |factor: f64, ours| row(Group::Shapes, factor * ours, Some(factor), &[("a", factor)]);
        let judged = |ours| Judged::new(&[process(1.0, ours), process(9.0, ours)]);
        assert_eq!(judged(1.05).kept(), "yes");
        assert_eq!(judged(1.15).kept(), "within the noise");
        assert_eq!(Judged::new(&[row(Group::Shapes, 1.15, Some(1.15), &[("a", 1.0)])]).kept(), "no");
    }

    #[test]
    fn a_process_that_waited_is_seen() {
        let held = row(Group::Busy, 1.0, None, &[("Serial", 1.0)]);
        let waited = Row { held: false, ..held.clone() };
        assert_eq!(Judged::new(std::slice::from_ref(&held)).kept(), "yes");
        assert_eq!(Judged::new(&[held, waited]).kept(), "no");
    }
}
