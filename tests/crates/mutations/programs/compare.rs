//! Instances that use each other in arguments.

use dag_runtime::{Error, Serial, dag, task};

#[task]
fn numbers(count: usize, step: f64) -> Vec<f64> {
    (0..count).map(|k| k as f64 * step).collect()
}

#[task]
fn sorted(mut list: Vec<f64>) -> Vec<f64> {
    list.sort_by(f64::total_cmp);
    list
}

#[task]
fn median(list: &[f64]) -> f64 {
    list[list.len() / 2]
}

#[task]
fn difference(first: f64, second: f64, scale: Option<f64>) -> f64 {
    (first - second) * scale.unwrap_or(1.0)
}

#[task]
fn clean() {}

dag! {
    graph Compare(count: usize, scale: f64) -> (change, left) {
        left = numbers(count, 1.0),
        right = numbers(count * 2, 0.5) after [clean],
        sorted_right = sorted(right),
        first = median(&left),
        second = median(&sorted_right),
        change = difference(first, if scale > 0.0 { second } else { 0.0 }, Some(scale)) after [clean, left],
        clean,
    }
}

fn main() -> Result<(), Error> {
    let (change, left) = Compare { count: 10, scale: 2.0 }.run(&Serial)?;
    println!("{change} {left:?}");
    Ok(())
}
