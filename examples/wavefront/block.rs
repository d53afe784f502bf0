//! The matrix of scores, block by block: Smith and Waterman with gaps after Gotoh.
//!
//! Gotoh, "An improved algorithm for matching biological sequences" (1982).

use std::ops::Range;

use dag_runtime::task;
use serde::{Deserialize, Serialize};

use crate::protein::{GAP_EXTEND, GAP_OPEN, Residue};

/// Less than any score that there is, and far from an overflow.
pub const NONE: i32 = i32::MIN / 2;

/// The best scores of alignments that end at one residue of each protein.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Of those that end in any way, or 0.
    pub any: i32,
    /// Of those that end with a gap in the first protein.
    pub first_gap: i32,
    /// Of those that end with a gap in the second protein.
    pub second_gap: i32,
}

/// What is known of a cell beyond the edge of its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// The best score of an alignment that ends in any way, or 0.
    pub any: i32,
    /// Of one that ends with a gap that may go on across the edge.
    gap: i32,
}

impl Edge {
    /// Before the first residue.
    const BORDER: Edge = Edge { any: 0, gap: NONE };

    /// Of an alignment that ends with a gap in the cell behind.
    fn next_gap(self) -> i32 {
        (self.any - GAP_OPEN).max(self.gap - GAP_EXTEND)
    }
}

/// The highest score of a block: the first one in reading order where there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peak {
    pub score: i32,
    pub row: usize,
    pub column: usize,
}

/// What the blocks below and to the right need of a block: its edges. The inside is not kept.
#[derive(Debug, Serialize, Deserialize)]
pub struct Block {
    /// The lowest row.
    pub bottom: Vec<Edge>,
    /// The rightmost column.
    pub right: Vec<Edge>,
    pub peak: Peak,
}

/// The edges around a block, which are those of its neighbours.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    pub up: Option<&'a Block>,
    pub left: Option<&'a Block>,
    pub diagonal: Option<&'a Block>,
}

impl Around<'_> {
    /// The row above the block, with this many columns, and the score to the left of it.
    pub fn above(&self, columns: usize) -> (i32, Vec<Edge>) {
        let corner = self.diagonal.and_then(|block| block.bottom.last()).map_or(0, |edge| edge.any);
        (corner, self.up.map_or_else(|| vec![Edge::BORDER; columns], |block| block.bottom.clone()))
    }

    /// The cell to the left of a row.
    pub fn left(&self, row: usize) -> Edge {
        self.left.map_or(Edge::BORDER, |block| block.right[row])
    }

    /// Visits the cells of a block in reading order, and gives its edges.
    pub fn walk(&self, a: &[Residue], b: &[Residue], mut visit: impl FnMut(Cell)) -> Block {
        let (mut corner, mut bottom) = self.above(b.len());
        let mut right = Vec::with_capacity(a.len());
        let mut peak = Peak { score: 0, row: 0, column: 0 };
        for (row, first) in a.iter().enumerate() {
            let mut left = self.left(row);
            let mut diagonal = std::mem::replace(&mut corner, left.any);
            let mut highest = 0;
            for (up, second) in bottom.iter_mut().zip(b) {
                let (first_gap, second_gap) = (left.next_gap(), up.next_gap());
                let any = (diagonal + first.score(*second)).max(first_gap).max(second_gap).max(0);
                visit(Cell { any, first_gap, second_gap });
                highest = highest.max(any);
                diagonal = up.any;
                left = Edge { any, gap: first_gap };
                *up = Edge { any, gap: second_gap };
            }
            if highest > peak.score {
                let column = bottom.iter().position(|edge| edge.any == highest).unwrap_or(0);
                peak = Peak { score: highest, row, column };
            }
            right.push(left);
        }
        Block { bottom, right, peak }
    }
}

/// The residues that belong to part `index` of `parts`.
pub fn part(length: usize, parts: usize, index: usize) -> Range<usize> {
    length * index / parts..length * (index + 1) / parts
}

/// A block, from its residues and its neighbours above, to the left, and above to the left.
#[task]
pub fn fill(
    a: &[Residue],
    b: &[Residue],
    up: Option<&Block>,
    left: Option<&Block>,
    diagonal: Option<&Block>,
) -> Block {
    Around { up, left, diagonal }.walk(a, b, |_| {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protein::{ALPHA, BETA, evolved, parse};

    #[test]
    fn parts_are_even_and_cover_all() {
        assert_eq!([0, 1, 2].map(|index| part(10, 3, index)), [0..3, 3..6, 6..10]);
    }

    /// Two blocks by two have the edges and the peak of one.
    #[test]
    fn blocks_fit_together() {
        let [alpha, beta] = [ALPHA, BETA].map(|letters| parse(letters).unwrap());
        let (a, b) = (evolved(&alpha, 97, 1), evolved(&beta, 130, 2));
        for (row, column) in [(50, 60), (1, 129), (96, 1)] {
            let whole = fill(&a, &b, None, None, None);
            let ((a0, a1), (b0, b1)) = (a.split_at(row), b.split_at(column));
            let first = fill(a0, b0, None, None, None);
            let right = fill(a0, b1, None, Some(&first), None);
            let below = fill(a1, b0, Some(&first), None, None);
            let last = fill(a1, b1, Some(&right), Some(&below), Some(&first));
            assert_eq!([below.bottom, last.bottom].concat(), whole.bottom);
            assert_eq!([right.right, last.right].concat(), whole.right);
            let peaks = [first.peak.score, right.peak.score, below.peak.score, last.peak.score];
            assert_eq!(peaks.into_iter().max(), Some(whole.peak.score));
        }
    }
}
