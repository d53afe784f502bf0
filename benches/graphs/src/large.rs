//! Graphs of many tasks with three dependencies each, of which tables are made.

use dag_runtime::{Error, SharedTable, Table, dag, task};

/// A graph of many tasks.
#[derive(Clone, Copy, Debug)]
pub struct Large {
    /// What its outputs are.
    pub outputs: &'static str,
    /// How many tasks it has.
    pub tasks: usize,
    /// Its table.
    pub table: Source,
}

/// The table of a large graph.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// Of a graph with constants. Its columns are made once, at the first use.
    Constants(&'static Table),
    /// Of a graph with this many rows and columns: made when these are new.
    Sizes(fn(usize, usize) -> Result<SharedTable, Error>, usize),
}

/// A task that gives a number, which needs no drop.
#[task]
fn number(above: Option<u64>, left: Option<u64>, corner: Option<u64>) -> u64 {
    [above, left, corner].into_iter().flatten().fold(1, u64::wrapping_add)
}

/// A task that gives a text, which needs a drop.
#[task]
fn text(above: Option<&String>, left: Option<&String>, corner: Option<&String>) -> String {
    [above, left, corner].into_iter().flatten().map(|text| &text[..1]).chain(["."]).collect()
}

dag! {
    graph Numbers[rows, columns] {
        cell[i in 0..rows, j in 0..columns] = number(
            if i > 0 { Some(cell[i - 1, j]) } else { None },
            if j > 0 { Some(cell[i, j - 1]) } else { None },
            if i > 0 && j > 0 { Some(cell[i - 1, j - 1]) } else { None },
        ),
    }

    graph Texts[rows, columns] {
        cell[i in 0..rows, j in 0..columns] = text(
            if i > 0 { Some(&cell[i - 1, j]) } else { None },
            if j > 0 { Some(&cell[i, j - 1]) } else { None },
            if i > 0 && j > 0 { Some(&cell[i - 1, j - 1]) } else { None },
        ),
    }
}

macro_rules! wavefronts {
    ($($side:literal: $numbers:ident, $texts:ident;)*) => {
        dag! {
            $(
                graph $numbers {
                    cell[i in 0..$side, j in 0..$side] = number(
                        if i > 0 { Some(cell[i - 1, j]) } else { None },
                        if j > 0 { Some(cell[i, j - 1]) } else { None },
                        if i > 0 && j > 0 { Some(cell[i - 1, j - 1]) } else { None },
                    ),
                }

                graph $texts {
                    cell[i in 0..$side, j in 0..$side] = text(
                        if i > 0 { Some(&cell[i - 1, j]) } else { None },
                        if j > 0 { Some(&cell[i, j - 1]) } else { None },
                        if i > 0 && j > 0 { Some(&cell[i - 1, j - 1]) } else { None },
                    ),
                }
            )*
        }

        /// All of them, the smallest first.
        #[must_use]
        pub fn all() -> Vec<Large> {
            let large = |outputs, side: usize, table| Large { outputs, tasks: side * side, table };
            vec![$(
                large("u64", $side, Source::Constants($numbers::TABLE)),
                large("u64", $side, Source::Sizes(Numbers::table, $side)),
                large("String", $side, Source::Constants($texts::TABLE)),
                large("String", $side, Source::Sizes(Texts::table, $side)),
            )*]
        }
    };
}

wavefronts! {
    32: Numbers32, Texts32;
    316: Numbers316, Texts316;
    1000: Numbers1000, Texts1000;
}
