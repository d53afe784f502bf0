//! Whether a system ran what it was to run: each task once, after what it depends on, on its
//! numbers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::mix::mix;
use crate::shapes::Shape;

/// Whether tasks are to tell what they do. In a measurement, reading this is all that they do of it.
pub static WATCHED: AtomicBool = AtomicBool::new(false);

static SEEN: Mutex<Option<Seen>> = Mutex::new(None);

struct Seen {
    dependencies: Vec<Vec<u32>>,
    values: Vec<Option<u64>>,
    fault: Option<String>,
}

/// Tells that a task runs.
#[inline]
pub fn mark(task: u32, value: u64) {
    if WATCHED.load(Ordering::Relaxed) {
        note(task, value);
    }
}

/// Writes down that a task has run.
#[cold]
pub fn note(task: u32, value: u64) {
    let mut seen = seen();
    let Some(seen) = seen.as_mut() else { return };
    let missing =
        seen.dependencies[task as usize].iter().find(|&&other| seen.values[other as usize].is_none());
    let fault = match (missing, seen.values[task as usize].replace(value)) {
        (Some(missing), _) => Some(format!("task {task} ran before {missing}, on which it depends")),
        (None, Some(_)) => Some(format!("task {task} ran twice")),
        (None, None) => None,
    };
    seen.fault = seen.fault.take().or(fault);
}

fn seen() -> MutexGuard<'static, Option<Seen>> {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches one run of a graph of this shape, whose tasks give numbers where there is a seed.
///
/// # Errors
///
/// Says what was wrong.
pub fn watch(shape: &Shape, seed: Option<u64>, run: impl FnOnce()) -> Result<(), String> {
    *seen() = Some(Seen {
        dependencies: shape.dependencies.clone(),
        values: vec![None; shape.tasks()],
        fault: None,
    });
    WATCHED.store(true, Ordering::SeqCst);
    run();
    WATCHED.store(false, Ordering::SeqCst);
    let Seen { values, fault, .. } = seen().take().ok_or("two runs are watched at once")?;
    if let Some(fault) = fault {
        return Err(fault);
    }
    let expected = seed.map_or_else(|| vec![0; shape.tasks()], |seed| expected(shape, seed));
    for (task, (value, expected)) in values.iter().zip(expected).enumerate() {
        match value {
            None => return Err(format!("task {task} did not run")),
            Some(value) if *value != expected => {
                return Err(format!("task {task} gave {value}, not {expected}"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// What each task gives, worked out one after the other.
#[must_use]
pub fn expected(shape: &Shape, seed: u64) -> Vec<u64> {
    let mut values: Vec<u64> = Vec::with_capacity(shape.tasks());
    for (task, dependencies) in (0..).zip(&shape.dependencies) {
        let value = match dependencies.as_slice() {
            [] => mix(task, seed),
            some => some.iter().fold(task, |value, &other| mix(value, values[other as usize])),
        };
        values.push(value);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes;

    #[test]
    fn sees_what_is_wrong() {
        let chain = &shapes::counted()[0];
        let run = |order: &[u32], change: u64| {
            let expected = expected(chain, 7);
            watch(chain, Some(7), || order.iter().for_each(|&k| mark(k, expected[k as usize] + change)))
        };
        let all: Vec<u32> = (0..100).collect();
        assert_eq!(run(&all, 0), Ok(()));
        assert_eq!(run(&all[..99], 0), Err("task 99 did not run".into()));
        assert!(run(&all, 1).unwrap_err().starts_with("task 0 gave "));
        assert_eq!(run(&[1, 0], 0), Err("task 1 ran before 0, on which it depends".into()));
        assert_eq!(run(&[0, 0], 0), Err("task 0 ran twice".into()));
    }
}
