//! Tables to read and JSON to keep.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::Result;
use crate::measure::quantile;

/// A table in Markdown, the columns of which are as wide as what is in them.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(head: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Table { rows: vec![head.into_iter().map(Into::into).collect()] }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |row: &[String], k: usize| row.get(k).cloned().unwrap_or_default();
        let widths: Vec<usize> = (0..columns)
            .map(|k| self.rows.iter().map(|row| cell(row, k).chars().count()).max().unwrap_or(0))
            .collect();
        for (number, row) in self.rows.iter().enumerate() {
            for (k, &width) in widths.iter().enumerate() {
                let cell = cell(row, k);
                // Names to the left, numbers to the right.
                if k == 0 { write!(f, "| {cell:<width$} ")? } else { write!(f, "| {cell:>width$} ")? }
            }
            writeln!(f, "|")?;
            if number == 0 {
                for (k, &width) in widths.iter().enumerate() {
                    let line = "-".repeat(width);
                    if k == 0 { write!(f, "|-{line}-")? } else { write!(f, "|-{line}:")? }
                }
                writeln!(f, "|")?;
            }
        }
        Ok(())
    }
}

/// Three digits, or what of them there is.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        x if !x.is_finite() => "-".into(),
        x if x > 0.0 && x < 0.0995 => format!("{value:.3}"),
        x if x < 9.995 => format!("{value:.2}"),
        x if x < 99.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// What two threads had to do with: how long a word takes between them, as it was found again and again.
pub(crate) fn latency(seconds: &[f64]) -> String {
    let nanoseconds = |part| number(1e9 * quantile(seconds, part));
    format!(
        "From one core to the other: {} ns (median of {}, from {} to {}).",
        nanoseconds(0.5),
        seconds.len(),
        nanoseconds(0.0),
        nanoseconds(1.0)
    )
}

/// What the figures were taken on.
pub(crate) struct Machine {
    facts: Vec<(&'static str, String)>,
}

impl Machine {
    pub(crate) fn here() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let says = |program: &str, argument: &str| {
            let output = Command::new(program).arg(argument).output().ok();
            let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
            text.and_then(|text| text.lines().next().map(str::to_owned)).unwrap_or_default()
        };
        let cpuinfo = read("/proc/cpuinfo");
        let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        Machine {
            facts: vec![
                ("processor", model.unwrap_or_default().to_owned()),
                ("cores", cores.to_string()),
                ("system", format!("{} {}", says("uname", "-s"), says("uname", "-r"))),
                ("rustc", says("rustc", "--version")),
                ("c++", says("c++", "--version")),
                ("peers", PEERS.to_owned()),
                ("load at the start", read("/proc/loadavg").split(' ').take(1).collect()),
            ],
        }
    }
}

/// The versions of the crates that ours is measured beside, as `Cargo.toml` asks for them.
const PEERS: &str = "rayon 1.12, operese-dagx 0.4, dagrs 0.9, bevy_ecs 0.20, pipeline-dsl 0.9";

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.facts.iter().try_for_each(|(name, fact)| writeln!(f, "{name}: {fact}"))
    }
}

/// What a command has found out, to be kept.
pub(crate) struct Record {
    path: Option<PathBuf>,
    value: Value,
}

impl Record {
    pub(crate) fn new(command: &str, path: Option<&Path>) -> Self {
        let machine = Machine::here();
        println!("{machine}");
        let facts: serde_json::Map<String, Value> =
            machine.facts.iter().map(|(name, fact)| ((*name).to_owned(), json!(fact))).collect();
        Record {
            path: path.map(Path::to_owned),
            value: json!({ "command": command, "machine": facts, "figures": [] }),
        }
    }

    /// Adds one figure.
    pub(crate) fn push(&mut self, figure: Value) {
        self.value["figures"].as_array_mut().expect("it is one").push(figure);
    }

    /// Writes all to the file, if one is wanted.
    pub(crate) fn save(&self) -> Result {
        if let Some(path) = &self.path {
            fs::write(path, serde_json::to_string_pretty(&self.value)? + "\n")?;
            println!("written to {}", path.display());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(["system", "ns"]);
        table.row(["ours", "1.00"]);
        table.row(["another one", "12.3"]);
        let expected = "\
            | system      |   ns |\n\
            |-------------|-----:|\n\
            | ours        | 1.00 |\n\
            | another one | 12.3 |\n";
        assert_eq!(table.to_string(), expected);
    }

    #[test]
    fn numbers_have_three_digits() {
        let numbers = [0.0, 0.012, 0.5, 9.99, 9.999, 99.94, 99.96, 1234.4];
        assert_eq!(numbers.map(number), ["0.00", "0.012", "0.50", "9.99", "10.0", "99.9", "100", "1234"]);
    }
}
