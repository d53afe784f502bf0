//! Uses because of which a sized graph cannot be proven acyclic.

use crate::table::Rows;
use crate::table::forms::Forms;
use crate::table::line_graph::LineGraph;
use crate::table::problems::{Kind, Problems, Text, options};
use crate::table::proof::{self, Proof};
use crate::table::shape::MAX_INDICES;
use crate::table::slices::flatten;
use crate::table::symbolic::Ranges;
use crate::table::ways::Ways;

/// A use that stands in the way of the proof.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unproven {
    /// The name of the index by which the proof comes closest. Empty if the user has no index there.
    index: &'static str,
    /// Where the index goes.
    ways: Ways,
    /// Where it would have to go: down, or up.
    down: bool,
    /// The number of uses in which it goes there, and of the others.
    with: usize,
    without: usize,
}

impl Unproven {
    pub(super) const fn message(&self) -> Text {
        let mut text = Text::new();
        text.push("cannot prove that no task depends on itself, whatever the sizes are: ");
        let direction = if self.down { "down" } else { "up" };
        if self.index.is_empty() {
            text.push("no index is known to go ");
            text.push(direction);
            text.push(" here");
        } else {
            text.push("`");
            text.push(self.index);
            text.push(match (self.ways.down, self.ways.same, self.ways.up) {
                (true, false, false) => "` goes down here",
                (true, true, false) => "` goes down or stays the same here",
                (false, true, true) => "` goes up or stays the same here",
                (false, false, true) => "` goes up here",
                (false, _, false) => "` stays the same here",
                (true, _, true) => "` may go down or up here",
            });
            text.push(", and would have to go ");
            text.push(direction);
            text.push(match (self.with, self.without) {
                (0, 1) => "",
                (0, _) => " in one of these uses",
                _ => " as in other uses",
            });
        }
        text.push("; with `#[checked_at_run]` the graph is checked at the start of each run instead");
        text
    }
}

/// An index, and a direction in which it might go around each cycle.
#[derive(Clone, Copy)]
struct Attempt {
    position: usize,
    down: bool,
    /// All uses, those that may go the other way, and those that always go this way.
    uses: usize,
    against: usize,
    with: usize,
}

impl Attempt {
    const fn is_better_than(&self, other: &Attempt) -> bool {
        if (self.with > 0) != (other.with > 0) { self.with > 0 } else { self.against < other.against }
    }
}

impl<'t> Problems<'t> {
    /// Searches for problems that the sized graph with these rows has for all sizes, and, unless it is
    /// `checked_at_run`, for the uses because of which it cannot be proven acyclic.
    #[must_use]
    pub const fn find_sized<const NODES: usize, const EDGES: usize>(
        rows: &'t Rows<NODES, EDGES>,
        proof: &Proof,
        checked_at_run: bool,
    ) -> Self {
        let mut problems = Problems::none(&rows.nodes, &rows.edges, false);
        options::find(&mut problems);
        if proof.cyclic || proof.indirect || proof.moves && !proof.moved_once {
            problems.judge::<NODES, EDGES>(proof);
        }
        if !proof.cyclic && !proof.acyclic && !checked_at_run {
            let mut scratch = [[0; NODES]; proof::SCRATCH];
            let (mut gone, mut known) = ([false; EDGES], [0; EDGES]);
            let mut forms = Forms { forms: &rows.forms, ranges: &rows.ranges, known: &mut known };
            let scratch = flatten(&mut scratch);
            let (signs, rest) = scratch.split_at_mut(NODES);
            let mut lines = LineGraph::new(&rows.nodes, &rows.edges, &mut gone, rest);
            lines.leave_out_what_orders_nothing(&rows.nodes, &forms);
            if !lines.is_acyclic(&mut forms, signs) {
                find(&lines, &mut forms, signs, &mut problems);
            }
        }
        problems
    }
}

/// Finds the uses, among lines for which the removal of rows has ended. `signs` is scratch space.
const fn find(lines: &LineGraph<'_>, forms: &mut Forms<'_>, signs: &mut [u32], problems: &mut Problems<'_>) {
    let mut line = 0;
    while line < signs.len() {
        signs[line] = 0;
        line += 1;
    }
    let mut row = 0;
    while row < problems.edges.len() {
        if let Some(component) = lines.component(row) {
            if signs[component as usize] == 0 {
                signs[component as usize] = 1;
                find_in(lines, component, forms, problems);
            }
        }
        row += 1;
    }
}

const fn find_in(lines: &LineGraph<'_>, component: u32, forms: &mut Forms<'_>, problems: &mut Problems<'_>) {
    let mut best = attempt(lines, component, forms, problems, 0, true);
    let mut k = 1;
    while k < 2 * MAX_INDICES {
        let other = attempt(lines, component, forms, problems, k / 2, k % 2 == 0);
        if other.is_better_than(&best) {
            best = other;
        }
        k += 1;
    }
    let Attempt { position, down, with, uses, .. } = best;
    let mut row = 0;
    while row < problems.edges.len() {
        if is(lines, row, component) {
            let ways = forms.ways(problems.edges, row, position);
            let against = if down { ways.up } else { ways.down };
            // Where none goes this way, each of them stands in the way.
            if against || with == 0 {
                let node = problems.edges[row].node;
                let index = name(forms.ranges[node as usize], position);
                let unproven = Unproven { index, ways, down, with, without: uses - with };
                problems.push(node, problems.edges[row].site, Kind::Unproven(unproven));
            }
        }
        row += 1;
    }
}

const fn attempt(
    lines: &LineGraph<'_>,
    component: u32,
    forms: &mut Forms<'_>,
    problems: &Problems<'_>,
    position: usize,
    down: bool,
) -> Attempt {
    let mut attempt = Attempt { position, down, uses: 0, against: 0, with: 0 };
    let mut row = 0;
    while row < problems.edges.len() {
        if is(lines, row, component) {
            let ways = forms.ways(problems.edges, row, position);
            let against = if down { ways.up } else { ways.down };
            attempt.uses += 1;
            attempt.against += against as usize;
            attempt.with += (!against && !ways.same) as usize;
        }
        row += 1;
    }
    attempt
}

const fn is(lines: &LineGraph<'_>, row: usize, component: u32) -> bool {
    match lines.component(row) {
        Some(other) => other == component,
        None => false,
    }
}

const fn name(ranges: Option<&'static Ranges>, position: usize) -> &'static str {
    match ranges {
        Some(ranges) if position < ranges.names.len() => ranges.names[position],
        _ => "",
    }
}
