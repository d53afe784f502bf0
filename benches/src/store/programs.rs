//! What graphs cost in instructions and in check time, without the feature `store` and with it.

use std::path::Path;

use crate::Result;
use crate::compile::programs::repeated;
use crate::compile::usage::Usage;
use crate::compile::{cargo, write_members, write_package};
use crate::instructions::count_of;
use crate::measure::median;

/// One figure with what it is compared with.
pub(super) struct Cost {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) ours: f64,
    pub(super) beside: f64,
    /// At most this many times as much.
    pub(super) bar: f64,
}

const TASKS: u32 = 1_000;
/// Of the graph with `keep`, each task of these has it.
const KEPT: u32 = TASKS / 10;
/// A check is long, and its user time varies little.
const MOST_ROUNDS: usize = 7;

const WITHOUT: &str = "dag-runtime = { path = RUNTIME }";
const WITH: &str = "dag-runtime = { path = RUNTIME, features = [\"store\"] }";

/// A package, whether tasks have `keep`, and what it depends on.
const PACKAGES: [(&str, bool, &str); 3] =
    [("without", false, WITHOUT), ("with", false, WITH), ("kept", true, WITH)];

pub(super) fn costs(rounds: usize) -> Result<Vec<Cost>> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    write_members(folder, &PACKAGES.map(|(package, ..)| package.to_owned()))?;
    for (package, has_keep, dependencies) in PACKAGES {
        let main = repeated(TASKS, |task| has_keep && task % KEPT == 0);
        write_package(folder, package, dependencies, &main)?;
    }
    let [serial, rayon] = ["serial", "rayon"].map(|executor| instructions(folder, executor));
    let ([serial, serial_with], [rayon, rayon_with]) = (serial?, rayon?);
    let [without, with, kept] = check_times(folder, rounds.min(MOST_ROUNDS))?;
    let cost = |name, unit, ours, beside, bar| Cost { name, unit, ours, beside, bar };
    Ok(vec![
        cost(
            "a graph of 1000 lines without `keep`, Serial, feature on",
            "instructions a task",
            serial_with,
            serial,
            1.002,
        ),
        cost("the same, Rayon, 1 thread", "instructions a task", rayon_with, rayon, 1.002),
        cost("its check, feature on", "s of user time", with, without, 1.02),
        cost("its check with `keep` on ten lines", "s of user time", kept, with, 1.3),
    ])
}

/// Instructions a task without the feature, and with it.
fn instructions(folder: &Path, executor: &str) -> Result<[f64; 2]> {
    let mut found = [0.0; 2];
    for (found, (package, ..)) in found.iter_mut().zip(PACKAGES) {
        let build =
            cargo(folder).args(["build", "--quiet", "--offline", "--release", "-p", package]).status()?;
        if !build.success() {
            return Err(format!("`{package}` cannot be built").into());
        }
        let program = folder.join("target/release").join(package);
        let count = |times: u32| count_of(&program, [executor.to_owned(), times.to_string()]);
        // What starts and ends the program is in both counts.
        *found = (count(300)? - count(100)?) / 200.0 / f64::from(TASKS);
    }
    Ok(found)
}

/// Seconds of user time for a check of each package.
fn check_times(folder: &Path, rounds: usize) -> Result<[f64; 3]> {
    let mut seconds = [const { Vec::new() }; 3];
    // The first one builds the dependencies, and is not counted.
    for round in 0..=rounds {
        for k in 0..PACKAGES.len() {
            let k = (round + k) % PACKAGES.len();
            let of = ["--quiet", "--offline", "-p", PACKAGES[k].0];
            cargo(folder).arg("clean").args(of).status()?;
            let used = Usage::of(cargo(folder).arg("check").args(of))?;
            if round > 0 {
                seconds[k].push(used.user_seconds);
            }
        }
    }
    Ok(seconds.map(|seconds| median(&seconds)))
}
