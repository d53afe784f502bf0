//! Tasks that depend on each other by their attributes.

use std::path::Path;

use dag_runtime::{Error, Serial, dag, task};

/// Reads one number a line.
#[task]
fn load(path: &Path) -> std::io::Result<Vec<f64>> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.lines().filter_map(|line| line.parse().ok()).collect())
}

#[task(depends = [load], cost = 10)]
pub fn mean(load: &[f64]) -> f64 {
    load.iter().sum::<f64>() / load.len() as f64
}

#[task(depends = [load, mean])]
fn deviation(load: &[f64], mean: f64) -> f64 {
    let sum: f64 = load.iter().map(|value| (value - mean).powi(2)).sum();
    (sum / load.len() as f64).sqrt()
}

#[task(depends = [mean, deviation])]
fn report(mean: &f64, #[from(deviation)] spread: &f64, title: &str, digits: usize) -> String {
    format!("{title}: {mean:.digits$} +- {spread:.digits$}")
}

dag! {
    /// Mean and deviation of a file of numbers.
    pub graph Stats<'a>(path: &'a Path, title: String) -> (report, mean) {
        load(path),
        mean,
        deviation,
        report(&title, 3),
    }
}

fn main() -> Result<(), Error> {
    let stats = Stats { path: Path::new("numbers"), title: "numbers".to_owned() };
    let (text, mean) = stats.run(&Serial)?;
    println!("{text} {mean}");
    Ok(())
}
