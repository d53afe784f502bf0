//! Outputs whose making and dropping is written down.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What has become of the tokens of a run.
#[derive(Debug, Default)]
pub struct Ledger {
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    counts: BTreeMap<&'static str, Count>,
    alive: usize,
    peak: usize,
}

/// How often a token of one name was made and dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How often it was made.
    pub made: usize,
    /// How often it was dropped.
    pub dropped: usize,
}

impl Ledger {
    /// A new token.
    pub fn token(self: &Arc<Self>, name: &'static str) -> Token {
        self.write(|book| {
            book.counts.entry(name).or_default().made += 1;
            book.alive += 1;
            book.peak = book.peak.max(book.alive);
        });
        Token { name, text: Box::from(name), ledger: Arc::clone(self) }
    }

    /// How many tokens there are.
    pub fn alive(&self) -> usize {
        self.write(|book| book.alive)
    }

    /// How many tokens there were at once.
    pub fn peak(&self) -> usize {
        self.write(|book| book.peak)
    }

    /// Whether a token of this name was made and is still there.
    pub fn is_alive(&self, name: &str) -> bool {
        self.write(|book| book.counts.get(name).is_some_and(|count| count.made > count.dropped))
    }

    /// What was made and dropped, by name.
    pub fn counts(&self) -> BTreeMap<&'static str, Count> {
        self.write(|book| book.counts.clone())
    }

    fn write<R>(&self, entry: impl FnOnce(&mut Book) -> R) -> R {
        entry(&mut self.book.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// An output that owns memory and tells its ledger when it is dropped.
#[derive(Debug)]
pub struct Token {
    name: &'static str,
    text: Box<str>,
    ledger: Arc<Ledger>,
}

impl Token {
    /// Checks that it is there.
    ///
    /// # Panics
    ///
    /// Panics where it was dropped already, or its memory was overwritten.
    pub fn check(&self) {
        assert_eq!(*self.text, *self.name);
        assert!(self.ledger.is_alive(self.name), "`{}` is used and not there", self.name);
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.ledger.write(|book| {
            book.counts.entry(self.name).or_default().dropped += 1;
            book.alive -= 1;
        });
    }
}
