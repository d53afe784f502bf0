//! What counts for a key is a `Key`, and what is kept can be written and read.

use std::collections::HashMap;
use std::path::Path;

use dag_runtime::{dag, task};

struct Config {
    degree: u32,
}

struct Model(u32);

#[task]
fn read(path: &Path) -> String {
    path.display().to_string()
}

#[task(depends = [read])]
fn fit(read: &str, config: &Config) -> Model {
    Model(config.degree + read.len() as u32)
}

#[task]
fn count(words: &HashMap<String, u32>) -> usize {
    words.len()
}

#[task]
fn borrowed(x: u32) -> &'static str {
    if x > 1 { "many" } else { "one" }
}

#[task(depends = [fit])]
fn score(fit: &Model, weight: u32) -> u32 {
    fit.0 * weight
}

dag! {
    graph Fit<'a>(path: &'a Path, config: Config, words: &'a HashMap<String, u32>) -> (score, count, borrowed) {
        read(path),
        fit(&config) keep,
        score("3") keep,
        count(words) keep,
        borrowed(2) keep,
    }
}

fn main() {}
