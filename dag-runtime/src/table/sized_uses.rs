//! What is proven of all uses in a sized graph: that they are in range, and that what is moved has no other use.

use crate::table::delta::Form;
use crate::table::edges::Use;
use crate::table::symbolic::{Question, Ranges};
use crate::table::{Line, RawEdge};

/// The uses in a sized graph.
#[derive(Clone, Copy, Debug)]
pub(super) struct SizedUses<'a> {
    pub(super) rows: &'a [RawEdge],
    pub(super) forms: &'a [Form],
    /// For each family, its ranges.
    pub(super) ranges: &'a [Option<&'static Ranges>],
}

impl SizedUses<'_> {
    /// What can be asked of a use; `None` for one of a whole line.
    const fn question(&self, row: usize) -> Option<Question> {
        let RawEdge { node, to, .. } = self.rows[row];
        match (self.forms[row], self.ranges[to as usize]) {
            (Form::Sized(form), Some(target)) => {
                Some(Question { own: self.ranges[node as usize], form, target })
            }
            _ => None,
        }
    }

    /// Whether the indices of all uses are in range, for all sizes.
    pub(super) const fn are_inside(&self) -> bool {
        let mut row = 0;
        while row < self.rows.len() {
            if let Some(question) = self.question(row) {
                if !question.is_inside() {
                    return false;
                }
            }
            row += 1;
        }
        true
    }

    /// Whether no output that is moved has another use, for all sizes.
    pub(super) const fn move_once(&self, nodes: &[Line<'_>]) -> bool {
        let mut row = 0;
        while row < self.rows.len() {
            let RawEdge { node, to, how, .. } = self.rows[row];
            if matches!(how, Use::Value) {
                let repeats = nodes[node as usize].repeats(self.rows[row].move_site());
                if repeats || nodes[to as usize].output || !self.is_only_use(row) {
                    return false;
                }
            }
            row += 1;
        }
        true
    }

    /// Whether what is used in this row is used nowhere else, nor by two members.
    const fn is_only_use(&self, row: usize) -> bool {
        let RawEdge { node, to, .. } = self.rows[row];
        let question = self.question(row);
        let is_injective = match &question {
            Some(question) => question.is_injective(),
            None => self.ranges[node as usize].is_none(),
        };
        if !is_injective {
            return false;
        }
        let mut other = 0;
        while other < self.rows.len() {
            let RawEdge { to: used, how, .. } = self.rows[other];
            if other != row && used == to && !matches!(how, Use::Order) {
                let (Some(question), Some(other)) = (&question, self.question(other)) else { return false };
                if !question.excludes(&other) {
                    return false;
                }
            }
            other += 1;
        }
        true
    }
}
