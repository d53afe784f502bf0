//! Random graphs of tasks that may not be wanted, as programs: see the build script. Each module has a graph, `run`, which
//! gives the numbers of its outputs, `TABLE`, and `wanted`, which says what is to be expected of the condition of a task.

#![allow(unused_imports, unused_parens, unused_variables, reason = "some graphs need less")]
#![allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "a program writes it")]
#![allow(clippy::too_many_arguments, clippy::many_single_char_names, reason = "a program writes it")]

mod plan;

pub use plan::{End, Output, Plan, look};

use dag_runtime::task;

/// What a task gives.
type Result<T> = std::result::Result<T, String>;

#[task]
fn make(plan: &Plan, name: &str, more: u64) -> Result<Output> {
    plan.work(name)?;
    Ok(plan.output(name, more, usize::from(name.ends_with("[1]"))))
}

#[task]
fn list(plan: &Plan, name: &str, more: u64) -> Result<Vec<Output>> {
    plan.work(name)?;
    Ok((0..3).map(|k| plan.output(name, more + k as u64, k)).collect())
}

#[task]
fn element(from: &Output, plan: &Plan, name: &str, more: u64) -> Result<Output> {
    if from.number() == 1 {
        plan.work(name)?;
    }
    Ok(plan.output(name, more + look(from), from.number()))
}

include!(concat!(env!("OUT_DIR"), "/graphs.rs"));
