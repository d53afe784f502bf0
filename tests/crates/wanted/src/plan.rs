//! What the tasks of a run do, and what has become of their outputs.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};

use dag_runtime::Stop;

/// What happens at the task of this name.
#[derive(Clone, Debug)]
pub enum End {
    /// Nothing.
    Success,
    /// It returns an `Err`.
    Error(String),
    /// It panics.
    Panic(String),
    /// Its condition panics.
    Condition(String),
    /// It stops the run.
    Stop(String, Stop),
}

/// What the tasks of a run do.
#[derive(Debug)]
pub struct Plan {
    end: End,
    unwanted: BTreeSet<String>,
    counts: Arc<Counts>,
}

/// How many outputs were made and dropped, by the name of their task.
type Counts = Mutex<BTreeMap<String, [usize; 2]>>;

impl Plan {
    /// The tasks `unwanted` are not wanted.
    pub fn new(end: End, unwanted: impl IntoIterator<Item = String>) -> Self {
        Plan { end, unwanted: unwanted.into_iter().collect(), counts: Arc::default() }
    }

    /// Whether a task is wanted.
    pub fn wanted(&self, name: &str) -> bool {
        if matches!(&self.end, End::Condition(other) if other == name) {
            resume_unwind(Box::new(format!("the condition of `{name}`")));
        }
        !self.unwanted.contains(name)
    }

    /// Does what is to happen at a task.
    ///
    /// # Errors
    ///
    /// Fails if the task is to fail.
    pub(crate) fn work(&self, name: &str) -> Result<(), String> {
        match &self.end {
            End::Error(other) if other == name => return Err(format!("`{name}` was told to fail")),
            End::Panic(other) if other == name => {
                resume_unwind(Box::new(format!("`{name}` was told to panic")))
            }
            End::Stop(other, stop) if other == name => stop.stop(),
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn output(&self, name: &str, value: u64, number: usize) -> Output {
        self.count(name, 0);
        Output { name: name.into(), value, number, counts: Arc::clone(&self.counts) }
    }

    fn count(&self, name: &str, which: usize) {
        count(&self.counts, name, which);
    }

    /// How many outputs each task made.
    ///
    /// # Panics
    ///
    /// Panics unless each of them was dropped once.
    #[track_caller]
    pub fn made(&self) -> BTreeMap<String, usize> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(counts.values().all(|[made, dropped]| made == dropped), "{self:?}");
        counts.iter().map(|(name, [made, _])| (name.clone(), *made)).collect()
    }
}

fn count(counts: &Counts, name: &str, which: usize) {
    counts.lock().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_default()[which] += 1;
}

/// The output of a task.
#[derive(Debug)]
pub struct Output {
    name: Box<str>,
    value: u64,
    number: usize,
    counts: Arc<Counts>,
}

impl Output {
    /// Which of the outputs of its line it is.
    pub(crate) fn number(&self) -> usize {
        self.number
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        count(&self.counts, &self.name, 1);
    }
}

/// What a value is worth. Checks that it is there.
pub fn look<T: Look + ?Sized>(value: &T) -> u64 {
    value.look()
}

/// What gives outputs.
pub trait Look {
    /// What it is worth.
    fn look(&self) -> u64;
}

impl Look for Output {
    fn look(&self) -> u64 {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let [made, dropped] = counts[&*self.name];
        assert!(made > dropped, "`{}` is used and not there", self.name);
        self.value
    }
}

impl<T: Look + ?Sized> Look for &T {
    fn look(&self) -> u64 {
        (**self).look()
    }
}

impl<T: Look> Look for Option<T> {
    fn look(&self) -> u64 {
        self.as_ref().map_or(7, Look::look)
    }
}

impl<T: Look> Look for Vec<T> {
    fn look(&self) -> u64 {
        self.as_slice().look()
    }
}

impl<T: Look> Look for [T] {
    fn look(&self) -> u64 {
        self.iter().fold(self.len() as u64, |sum, one| (3 * sum + one.look()) % 1_000_003)
    }
}
