//! A sweep over parameters: one clustering of Fisher's irises for each line of a file.
//!
//! What you learn: `each`, which runs a task once for each element of an output, as many as the file
//! has lines; that its output is a `Vec` in their order; that a failing element is named
//! (`score[3]`), and a line that is wrong by its number. With `keep` and `--store FOLDER`, only configurations that are new are
//! scored.
//!
//! ```text
//! cargo run --release --example sweep
//! cargo run --release --example sweep -- --configurations FILE --backend rayon --threads 2
//! cargo run --release --example sweep -- --store FOLDER
//! mpiexec -n 2 target/release/examples/sweep --backend mpi
//! ```
//!
//! prints
//!
//! ```text
//! clusters  start   seed  silhouette  inertia  rounds
//!        2  spread     1      0.6810   152.35       6
//!        2  sample     1      0.6810   152.35       6
//!        3  spread     1      0.5528    78.85       7
//!        3  spread     2      0.5528    78.85       3
//!        3  sample     1      0.5528    78.85       7
//!        3  sample     2      0.5528    78.85       5
//!        3  sample     3      0.5512    78.86       5
//!        4  spread     1      0.4954    57.38       6
//!        4  spread     2      0.4954    57.38      14
//!        4  sample     1      0.4954    57.38       8
//!        4  sample     2      0.4954    57.38       8
//!        5  spread     1      0.4887    46.45      15
//!        5  spread     2      0.4887    46.45       9
//!        5  sample     1      0.4931    46.47      13
//!        5  sample     2      0.4887    46.45      10
//!        6  spread     1      0.4464    43.31       4
//!        6  spread     2      0.4579    42.19       6
//!        6  sample     1      0.4819    41.71       5
//!        6  sample     2      0.4777    41.96       6
//!        8  spread     1      0.4575    36.38       6
//!        8  sample     1      0.4408    36.42      10
//!       10  spread     1      0.3295    27.67       6
//!       10  sample     1      0.4241    33.61       6
//!       12  spread     1      0.3113    24.69       6
//! best: line 1 of these
//!   a cluster of 50 setosa, 3 versicolor
//!   a cluster of 47 versicolor, 50 virginica
//! all 24 scores, and the best, agree with a plain loop
//! ```
//!
//! The silhouette says how much nearer a flower is to its own cluster than to the next one. By it,
//! two clusters are best: two of the three species overlap. A line that is wrong fails the run, as
//! does a clustering that there cannot be:
//!
//! ```text
//! error: task `configurations` of graph `Sweep` failed: line 4 of `list.csv`: start `wide` is neither sample nor spread
//! error: task `score[1]` of graph `Sweep` failed: 150 points cannot be in 151 clusters
//! ```

mod kmeans;
mod load;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use dag_runtime::{Executor, File, cli, dag, task};
use serde::{Deserialize, Serialize};

use crate::kmeans::{Point, cluster, silhouette};
use crate::load::{Configuration, Flower, configurations, flowers};

/// What one configuration comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Score {
    /// The mean silhouette of the flowers.
    silhouette: f64,
    /// The sum of the squared distances from the centres, in cm².
    inertia: f64,
    /// How many rounds the method took.
    rounds: usize,
    /// For each cluster and species in it, how many flowers there are.
    found: Vec<Vec<(String, usize)>>,
}

/// The measures alone, as points.
#[task(depends = [flowers])]
fn points(flowers: &[Flower]) -> Vec<Point> {
    flowers.iter().map(|flower| flower.measures).collect()
}

/// The score of one configuration; runs once for each. Most of its code is in `kmeans.rs`, which does not count for the key: the
/// version says when it has changed.
#[task(depends = [configurations, flowers, points], each = configurations, version = 1, cost = 20)]
fn score(configurations: &Configuration, flowers: &[Flower], points: &[Point]) -> Result<Score, String> {
    let clustering = cluster(points, configurations)?;
    let species_in = |label: usize| {
        let labelled = flowers.iter().zip(&clustering.labels).filter(|&(_, &other)| other == label);
        let mut names: Vec<&str> = labelled.map(|(flower, _)| flower.species.as_str()).collect();
        names.sort_unstable();
        names.chunk_by(|a, b| a == b).map(|same| (same[0].to_owned(), same.len())).collect()
    };
    Ok(Score {
        silhouette: silhouette(points, &clustering.labels),
        inertia: clustering.inertia,
        rounds: clustering.rounds,
        found: (0..configurations.clusters).map(species_in).collect(),
    })
}

/// The position of the best score: the first of the highest silhouettes.
#[task(depends = [score])]
fn best(score: &[Score]) -> Result<usize, &'static str> {
    let mut best: Option<(usize, f64)> = None;
    for (position, score) in score.iter().enumerate() {
        if best.is_none_or(|(_, highest)| score.silhouette > highest) {
            best = Some((position, score.silhouette));
        }
    }
    best.map(|(position, _)| position).ok_or("there is no configuration")
}

dag! {
    /// Scores of clusterings, one for each configuration in a file, and the best of them.
    graph Sweep<'a>(data: &'a File, list: &'a File) -> (configurations, score, best) {
        flowers(data),
        configurations(list),
        points,
        score keep,
        best,
    }
}

/// The flowers and the configurations that come with the examples: see `data/README.md`.
const IRISES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/iris.csv");
const CONFIGURATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sweep/configurations.csv");

/// What is clustered, and how.
#[derive(Debug, Args)]
struct Options {
    /// A file as `data/iris.csv`, which is the default
    #[arg(long, value_name = "FILE", default_value = IRISES, hide_default_value = true)]
    flowers: PathBuf,
    /// A file as `sweep/configurations.csv`, which is the default
    #[arg(long, value_name = "FILE", default_value = CONFIGURATIONS, hide_default_value = true)]
    configurations: PathBuf,
}

fn main() -> ExitCode {
    cli::main(Sweep::TABLE, |options, executor| run(&options, executor))
}

/// The scores and the best one as a table, after they were compared with a plain loop's.
fn run(options: &Options, executor: &impl for<'a> Executor<Sweep<'a>>) -> Result<String, Box<dyn Error>> {
    let (data, list) = (File::open(&options.flowers)?, File::open(&options.configurations)?);
    let (configurations, scores, best) = Sweep { data: &data, list: &list }.run(executor)?;
    let mut text = String::from("clusters  start   seed  silhouette  inertia  rounds\n");
    for (configuration, score) in configurations.iter().zip(&scores) {
        let Configuration { clusters, start, seed } = configuration;
        let Score { silhouette, inertia, rounds, .. } = score;
        writeln!(text, "{clusters:8}  {start}  {seed:4}  {silhouette:10.4}  {inertia:7.2}  {rounds:6}")?;
    }
    writeln!(text, "best: line {} of these", best + 1)?;
    for species in &scores[best].found {
        let names: Vec<String> = species.iter().map(|(name, count)| format!("{count} {name}")).collect();
        writeln!(text, "  a cluster of {}", names.join(", "))?;
    }
    check(&flowers(&data)?, &configurations, &scores, best)?;
    write!(text, "all {} scores, and the best, agree with a plain loop", scores.len())?;
    Ok(text)
}

/// Fails where a loop over the configurations finds other scores or another best one.
fn check(
    flowers: &[Flower],
    configurations: &[Configuration],
    scores: &[Score],
    best: usize,
) -> Result<(), String> {
    let points = points(flowers);
    let mut expected = Vec::with_capacity(configurations.len());
    for configuration in configurations {
        expected.push(score(configuration, flowers, &points)?);
    }
    if scores != expected {
        let differs = |number: &usize| scores.get(*number) != expected.get(*number);
        let number = (0..expected.len().max(scores.len())).find(differs).unwrap_or(0);
        return Err(format!("score {number} differs from the plain loop's"));
    }
    let mut order: Vec<usize> = (0..expected.len()).collect();
    order.sort_by(|&a, &b| expected[b].silhouette.total_cmp(&expected[a].silhouette));
    match order.first() {
        Some(&first) if first == best => Ok(()),
        first => Err(format!("the best is {best}, but sorted by score it is {first:?}")),
    }
}
