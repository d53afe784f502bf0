//! What the sweep reads: flowers, and a list of configurations.

use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr;

use dag_runtime::{File, Key, task};
use serde::{Deserialize, Serialize};

/// The number of measures of a flower.
pub const MEASURES: usize = 4;

/// Measures in cm, and the species.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flower {
    pub measures: [f64; MEASURES],
    pub species: String,
}

/// One clustering to try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Key)]
pub struct Configuration {
    pub clusters: usize,
    pub start: Start,
    pub seed: u64,
}

/// Where the first centres are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Key)]
pub enum Start {
    /// At flowers that are drawn without regard to their place.
    Sample,
    /// At flowers far from each other: k-means++.
    Spread,
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Start::Sample => "sample",
            Start::Spread => "spread",
        })
    }
}

/// The flowers in a file.
#[task]
pub fn flowers(file: &File) -> Result<Vec<Flower>, LoadError> {
    rows(file.path(), "sepal_length,sepal_width,petal_length,petal_width,species", flower)
}

/// The configurations in a file.
#[task]
pub fn configurations(file: &File) -> Result<Vec<Configuration>, LoadError> {
    rows(file.path(), "clusters,start,seed", configuration)
}

/// The rows of a file below its header. Empty lines and those that begin with `#` do not count.
fn rows<T>(path: &Path, header: &str, row: fn(&str) -> Result<T, String>) -> Result<Vec<T>, LoadError> {
    let error = |line, what| LoadError { file: path.display().to_string(), line, what };
    let text = fs::read_to_string(path).map_err(|source| error(None, format!("cannot be read: {source}")))?;
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    match lines.next() {
        Some((_, found)) if found == header => {}
        Some((line, found)) => {
            return Err(error(Some(line), format!("the header is `{found}` instead of `{header}`")));
        }
        None => return Err(error(None, format!("holds no header `{header}`"))),
    }
    lines.map(|(line, text)| row(text).map_err(|what| error(Some(line), what))).collect()
}

fn flower(line: &str) -> Result<Flower, String> {
    let [length, width, petal_length, petal_width, species] = columns(line)?;
    let measures = [
        measure("sepal_length", length)?,
        measure("sepal_width", width)?,
        measure("petal_length", petal_length)?,
        measure("petal_width", petal_width)?,
    ];
    Ok(Flower { measures, species: species.to_owned() })
}

fn configuration(line: &str) -> Result<Configuration, String> {
    let [clusters, start, seed] = columns(line)?;
    let start = match start {
        "sample" => Start::Sample,
        "spread" => Start::Spread,
        other => return Err(format!("start `{other}` is neither sample nor spread")),
    };
    match value("clusters", clusters)? {
        0 | 1 => Err(format!("clusters `{clusters}` are too few: there have to be 2 or more")),
        clusters => Ok(Configuration { clusters, start, seed: value("seed", seed)? }),
    }
}

fn columns<const N: usize>(line: &str) -> Result<[&str; N], String> {
    let columns: Vec<&str> = line.split(',').map(str::trim).collect();
    columns.try_into().map_err(|columns: Vec<&str>| format!("{} columns instead of {N}", columns.len()))
}

fn value<T: FromStr>(column: &str, field: &str) -> Result<T, String> {
    field.parse().map_err(|_| format!("{column} `{field}` is not a whole number"))
}

fn measure(column: &str, field: &str) -> Result<f64, String> {
    match field.parse() {
        Ok(value) if f64::is_finite(value) && value > 0.0 => Ok(value),
        _ => Err(format!("{column} `{field}` is no measure in cm")),
    }
}

/// What is wrong with a file.
#[derive(Debug)]
pub struct LoadError {
    file: String,
    /// Counted from 1.
    line: Option<usize>,
    what: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError { file, line: Some(line), what } => write!(f, "line {line} of `{file}`: {what}"),
            LoadError { file, line: None, what } => write!(f, "`{file}` {what}"),
        }
    }
}

impl std::error::Error for LoadError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_becomes_a_row() {
        let expected = Flower { measures: [5.1, 3.5, 1.4, 0.2], species: "setosa".to_owned() };
        assert_eq!(flower("5.1,3.5,1.4,0.2,setosa"), Ok(expected));
        let expected = Configuration { clusters: 3, start: Start::Spread, seed: 7 };
        assert_eq!(configuration("3, spread, 7"), Ok(expected));
    }

    #[test]
    fn what_is_wrong_in_a_line_is_told() {
        for (line, expected) in [
            ("3,spread", "2 columns instead of 3"),
            ("x,spread,1", "clusters `x` is not a whole number"),
            ("1,spread,1", "clusters `1` are too few: there have to be 2 or more"),
            ("3,wide,1", "start `wide` is neither sample nor spread"),
            ("3,spread,-1", "seed `-1` is not a whole number"),
        ] {
            assert_eq!(configuration(line).unwrap_err(), expected);
        }
        assert_eq!(flower("5.1,NaN,1,1,x").unwrap_err(), "sepal_width `NaN` is no measure in cm");
    }
}
