//! Figures of a whole graph.

/// Figures of a whole graph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Totals {
    /// Whether no task depends on itself, directly or indirectly. Otherwise the fields from `depth` on are not
    /// computed.
    pub(crate) acyclic: bool,
    /// Whether an output that is not `Copy` is taken by value.
    pub(crate) moves: bool,
    /// Whether there are indirect reads.
    pub(crate) indirect: bool,
    /// The number of levels.
    pub(crate) depth: u32,
    /// The sum of all costs.
    pub(crate) work: u64,
    /// The cost of the critical path.
    pub(crate) critical_path_length: u64,
    /// The number of tasks on the critical path.
    pub(crate) critical_path_len: u32,
    /// Whether the serial order is the order of the tasks' numbers.
    pub(crate) in_order: bool,
}

impl Totals {
    pub(crate) const NONE: Totals = Totals {
        acyclic: false,
        moves: false,
        indirect: false,
        depth: 0,
        work: 0,
        critical_path_length: 0,
        critical_path_len: 0,
        in_order: false,
    };
}
