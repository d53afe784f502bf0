//! What a store could not do, for those who want to know.

use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use std::sync::{Mutex, PoisonError};

/// How many warnings are kept.
const KEPT: usize = 100;

#[derive(Debug, Default)]
pub(super) struct Warnings(Mutex<VecDeque<String>>);

impl Warnings {
    /// Adds a warning, unless it is there already.
    pub(super) fn add(&self, text: String) {
        let mut warnings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if warnings.contains(&text) {
            return;
        }
        if warnings.len() == KEPT {
            warnings.pop_front();
        }
        warnings.push_back(text);
    }

    pub(super) fn list(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
