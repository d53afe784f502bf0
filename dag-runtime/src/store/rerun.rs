//! Entries that are made again, to be compared with what the store has.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::entry::Content;
use super::parts::Digest;

/// Which entries a run makes again, and what has come of it. The run writes nothing, and ends with an error.
#[derive(Debug)]
pub(crate) struct Rerun {
    /// The part of the entries that is chosen.
    fraction: f64,
    seed: u64,
    results: Mutex<Reran>,
}

/// What has come of a [`Rerun`].
#[derive(Debug, Default)]
pub(crate) struct Reran {
    /// How many entries there are of the graph with its inputs.
    pub(crate) entries: usize,
    /// How many of them were made again.
    pub(crate) compared: usize,
    /// Those that differ.
    pub(crate) different: Vec<Different>,
    /// Whether all that was chosen was run.
    pub(crate) is_complete: bool,
}

/// An entry that a task has made otherwise than before.
#[derive(Debug)]
pub(crate) struct Different {
    pub(crate) label: String,
    pub(crate) key: Digest,
    /// What is there, in bytes.
    pub(crate) before: usize,
    /// What was made now, in bytes.
    pub(crate) now: usize,
}

impl Rerun {
    pub(crate) fn new(fraction: f64, seed: u64) -> Self {
        Rerun { fraction, seed, results: Mutex::default() }
    }

    fn results(&self) -> MutexGuard<'_, Reran> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Chooses from these entries, at least one: those with the least hashes, which are the same each time.
    pub(crate) fn choose(&self, mut keys: Vec<Digest>) -> BTreeSet<Digest> {
        keys.sort_unstable();
        keys.dedup();
        let count = (keys.len() as f64 * self.fraction).ceil() as usize;
        let hash = |key: &Digest| Digest::of(&[&self.seed.to_le_bytes()[..], &key.0].concat());
        keys.sort_by_cached_key(hash);
        self.results().entries = keys.len();
        keys.into_iter().take(count).collect()
    }

    /// Compares what a task has made with what is there.
    pub(crate) fn compare(&self, label: String, key: &Digest, before: &Content, now: &Content) {
        let mut results = self.results();
        results.compared += 1;
        if before != now {
            let [before, now] = [before, now].map(|content| content.bytes().len());
            results.different.push(Different { label, key: *key, before, now });
        }
    }

    /// The run has ended without a failure.
    pub(crate) fn complete(&self) {
        self.results().is_complete = true;
    }

    /// What has come of it, by the labels.
    pub(crate) fn take(&self) -> Reran {
        let mut reran = mem::take(&mut *self.results());
        reran.different.sort_by(|a, b| a.label.cmp(&b.label));
        reran
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(count: u8) -> Vec<Digest> {
        (0..count).map(|k| Digest::of(&[k])).collect()
    }

    #[test]
    fn a_part_is_chosen_and_the_same_each_time() {
        let choose = |fraction, seed, count| Rerun::new(fraction, seed).choose(keys(count));
        assert_eq!(choose(0.05, 0, 100).len(), 5);
        assert_eq!(choose(0.05, 0, 100), choose(0.05, 0, 100));
        assert_ne!(choose(0.05, 0, 100), choose(0.05, 1, 100));
        assert_eq!(choose(0.05, 0, 3).len(), 1);
        assert_eq!(choose(1.0, 0, 100).len(), 100);
        assert_eq!(choose(0.05, 0, 0).len(), 0);
        // More of them are those, and others.
        assert!(choose(0.05, 0, 100).is_subset(&choose(0.2, 0, 100)));
    }

    #[test]
    fn what_differs_is_known() {
        let rerun = Rerun::new(1.0, 0);
        let keys = keys(4);
        rerun.choose(keys.clone());
        let output = |bytes: &[u8]| Content::Output(bytes.into());
        rerun.compare("b".into(), &keys[0], &output(&[1]), &output(&[1, 2]));
        rerun.compare("a".into(), &keys[1], &Content::NotWanted, &output(&[]));
        rerun.compare("c".into(), &keys[2], &output(&[1]), &output(&[1]));
        let Reran { entries, compared, different, is_complete } = rerun.take();
        assert!((entries, compared, is_complete) == (4, 3, false));
        let different: Vec<_> = different.iter().map(|d| (&*d.label, d.before, d.now)).collect();
        assert_eq!(different, [("a", 0, 0), ("b", 1, 2)]);
    }
}
