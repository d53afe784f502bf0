//! Fourier-Motzkin elimination: whether inequalities contradict each other.

use crate::table::symbolic::affine::{Affine, VARIABLES};

/// The most inequalities. More are left out, which can only hide a contradiction.
const ROWS: usize = 64;

/// Inequalities over integers: each form is at least 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct System {
    rows: [Affine; ROWS],
    len: usize,
    /// Whether two inequalities were found that contradict each other.
    contradictory: bool,
}

impl System {
    pub(super) const EMPTY: System = System { rows: [Affine::ZERO; ROWS], len: 0, contradictory: false };

    /// Adds that a form is at least 0.
    pub(super) const fn push(&mut self, mut row: Affine) {
        row.tighten();
        self.push_tight(row);
    }

    const fn push_tight(&mut self, row: Affine) {
        if let Some(value) = row.value() {
            self.contradictory |= value < 0;
            return;
        }
        let mut i = 0;
        while i < self.len {
            if self.rows[i].has_factors_of(&row) {
                if row.constant() < self.rows[i].constant() {
                    self.rows[i] = row;
                }
                return;
            }
            i += 1;
        }
        if self.len < ROWS {
            self.rows[self.len] = row;
            self.len += 1;
        }
    }

    /// Whether no integers fulfil all inequalities. This may miss that there are none.
    pub(super) const fn is_infeasible(mut self) -> bool {
        while !self.contradictory {
            let Some((variable, is_bounded)) = self.next_variable() else { return false };
            self.eliminate(variable, is_bounded);
        }
        true
    }

    /// The variable whose elimination leaves the fewest inequalities, and whether it is bounded from both sides.
    const fn next_variable(&self) -> Option<(usize, bool)> {
        let (mut positive, mut negative) = ([0_usize; VARIABLES], [0_usize; VARIABLES]);
        let (mut i, mut end) = (0, 0);
        while i < self.len {
            let row = &self.rows[i];
            let mut v = 0;
            while v < row.len() {
                let factor = row.factor(v);
                if factor > 0 {
                    positive[v] += 1;
                } else if factor < 0 {
                    negative[v] += 1;
                }
                v += 1;
            }
            if v > end {
                end = v;
            }
            i += 1;
        }
        let (mut best, mut least) = (None, usize::MAX);
        let mut v = 0;
        while v < end {
            let (p, n) = (positive[v], negative[v]);
            // What is added beyond what is removed, above 0.
            let growth = p * n + ROWS - p - n;
            if p + n > 0 && growth < least {
                least = growth;
                best = Some((v, p * n > 0));
            }
            v += 1;
        }
        best
    }

    /// Replaces the inequalities with this variable by those that follow from two of them without it.
    const fn eliminate(&mut self, variable: usize, is_bounded: bool) {
        let before = *self;
        self.len = 0;
        let mut i = 0;
        while i < before.len {
            if before.rows[i].factor(variable) == 0 {
                self.rows[self.len] = before.rows[i];
                self.len += 1;
            }
            i += 1;
        }
        while is_bounded && i > 0 {
            i -= 1;
            let mut k = if before.rows[i].factor(variable) > 0 { before.len } else { 0 };
            while k > 0 && !self.contradictory {
                k -= 1;
                if before.rows[k].factor(variable) < 0 {
                    if let Some(row) = Affine::without(variable, &before.rows[i], &before.rows[k]) {
                        self.push_tight(row);
                    }
                }
            }
        }
    }
}
