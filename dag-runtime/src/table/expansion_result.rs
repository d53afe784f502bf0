//! The result of an expansion: the number of edges, and the uses that are out of range.

use crate::table::checked::Miscalculation;
use crate::table::shape::MAX_INDICES;

/// The most uses out of range that are kept.
const MAX_OUT_OF_RANGE: usize = 16;

/// The use of a member that does not exist.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutOfRange {
    /// The task that uses it, and its line.
    pub(crate) task: u32,
    pub(crate) line: u32,
    pub(crate) site: u32,
    /// The family.
    pub(crate) to: u32,
    pub(crate) indices: [isize; MAX_INDICES],
    pub(crate) len: usize,
    /// The range of the last index, if a slice is used.
    pub(crate) slice: Option<(isize, isize)>,
}

/// The result of an expansion.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExpansionResult {
    pub(super) edges: usize,
    out_of_range: [OutOfRange; MAX_OUT_OF_RANGE],
    out_of_range_count: usize,
    /// The task whose use of a line is calculated wrong, and that line. Then nothing else counts.
    pub(super) miscalculation: Option<(u32, u32, Miscalculation)>,
}

impl ExpansionResult {
    pub(super) const NOTHING: ExpansionResult = {
        let out_of_range =
            OutOfRange { task: 0, line: 0, site: 0, to: 0, indices: [0; MAX_INDICES], len: 0, slice: None };
        ExpansionResult {
            edges: 0,
            out_of_range: [out_of_range; MAX_OUT_OF_RANGE],
            out_of_range_count: 0,
            miscalculation: None,
        }
    };

    /// Uses of members that do not exist: the first one at each site.
    pub(super) const fn out_of_range(&self) -> &[OutOfRange] {
        self.out_of_range.split_at(self.out_of_range_count).0
    }

    pub(super) const fn push_out_of_range(&mut self, found: OutOfRange) {
        let mut i = self.out_of_range_count;
        while i > 0 {
            i -= 1;
            if self.out_of_range[i].line == found.line && self.out_of_range[i].site == found.site {
                return;
            }
        }
        if self.out_of_range_count < MAX_OUT_OF_RANGE {
            self.out_of_range[self.out_of_range_count] = found;
            self.out_of_range_count += 1;
        }
    }
}
