//! What the lines of a graph prove of its members, so that these need not be looked at one by one.
//!
//! That no member depends on itself is proven as compilers prove that a loop carries no dependence.
//! Around a cycle of members, the changes of each index add up to nothing. So where all uses among
//! lines that depend on each other change an index in one direction, if at all, those that change it
//! are part of no cycle; without these, fewer lines depend on each other, and so on until none do.
//! This is the decomposition of Karp, Miller and Winograd, *The organization of computations for
//! uniform recurrence equations*, Journal of the ACM 14(3), 1967, with the directions of Allen and
//! Kennedy, *Automatic translation of Fortran programs to vector form*, ACM Transactions on
//! Programming Languages and Systems 9(4), 1987. The lines that depend on each other are found as in
//! Tarjan, *Depth-first search and linear graph algorithms*, SIAM Journal on Computing 1(2), 1972.

use crate::table::edges::Use;
use crate::table::rows::Delta;
use crate::table::slices::flatten;
use crate::table::{Line, MoveCheck, RawEdge, Rows};

/// How many words of scratch space [`Proof::search`] needs for each line.
pub(crate) const SCRATCH: usize = 8;

/// What the lines of a graph prove of its members.
#[derive(Clone, Copy, Debug)]
pub struct Proof {
    /// Whether a use may be outside of its family.
    out_of_range: bool,
    /// Whether lines that are used as a whole form a cycle.
    pub(super) cyclic: bool,
    /// Whether no member depends on itself.
    pub(super) acyclic: bool,
    /// Whether outputs that are moved are moved and read by lines that are no families, and on no
    /// condition.
    pub(super) moves: bool,
    /// Whether each output that is moved was seen to have no other use.
    pub(super) moved_once: bool,
    /// Whether there are indirect reads.
    pub(super) indirect: bool,
}

impl Proof {
    /// What the lines of the graph with these rows prove. Whether all uses are `inside` of their
    /// families, is known already.
    #[must_use]
    pub const fn of<const NODES: usize, const EDGES: usize>(rows: &Rows<NODES, EDGES>, inside: bool) -> Self {
        let mut scratch = [[0; NODES]; SCRATCH];
        let mut gone = [false; EDGES];
        Proof::search((&rows.nodes, &rows.edges, &rows.forms), inside, flatten(&mut scratch), &mut gone)
    }

    /// Does so with scratch space that holds zeros.
    pub(crate) const fn search(
        (nodes, rows, forms): (&[Line], &[RawEdge], &[&'static [Delta]]),
        inside: bool,
        scratch: &mut [u32],
        gone: &mut [bool],
    ) -> Self {
        let (moved, rest) = scratch.split_at_mut(nodes.len());
        let (signs, rest) = rest.split_at_mut(nodes.len());
        let mut proof = Proof {
            out_of_range: !inside,
            cyclic: false,
            acyclic: false,
            moves: moves(nodes, rows, moved),
            moved_once: false,
            indirect: false,
        };
        let mut lines = LineGraph::new(nodes, rows, gone, rest);
        let mut i = 0;
        while i < rows.len() {
            let RawEdge { node, to, indirect, part, .. } = rows[i];
            proof.indirect |= indirect;
            lines.gone[i] =
                indirect || part || nodes[node as usize].len() == 0 || nodes[to as usize].len() == 0;
            i += 1;
        }
        lines.find_components();
        proof.cyclic = lines.has_cycle();
        if !proof.cyclic {
            while i > 0 {
                i -= 1;
                let RawEdge { node, to, indirect, .. } = rows[i];
                lines.gone[i] = indirect || nodes[node as usize].len() == 0 || nodes[to as usize].len() == 0;
            }
            proof.acyclic = lines.is_acyclic(forms, signs);
        }
        proof
    }

    /// Whether the edges of members are needed to find problems.
    #[must_use]
    pub const fn needs_edges(&self) -> bool {
        !self.cyclic && (!self.acyclic || !self.moves && !self.moved_once || self.indirect)
    }

    /// How many tasks the graph with these rows has, where nothing but its moves is open, for which
    /// [`MoveCheck`] are enough; else 0.
    #[must_use]
    pub const fn moves_alone<const NODES: usize, const EDGES: usize>(
        &self,
        rows: &Rows<NODES, EDGES>,
    ) -> usize {
        if !self.out_of_range && self.acyclic && !self.indirect && !self.moves {
            rows.task_count()
        } else {
            0
        }
    }

    /// This with what all uses of what is moved prove.
    #[must_use]
    pub const fn with(mut self, uses: &MoveCheck<'_>) -> Self {
        self.moved_once = !uses.shared();
        self
    }

    /// Whether members have to be gone through to find problems.
    #[must_use]
    pub const fn needs_expansion(&self) -> bool {
        self.out_of_range || self.needs_edges()
    }

    /// How many tasks the graph with these rows has, where their edges are needed; else 0.
    #[must_use]
    pub const fn members<const NODES: usize, const EDGES: usize>(&self, rows: &Rows<NODES, EDGES>) -> usize {
        if self.needs_edges() { rows.task_count() } else { 0 }
    }
}

/// Whether what is moved is moved and read by lines that are no families, and on no condition.
const fn moves(nodes: &[Line], rows: &[RawEdge], moved: &mut [u32]) -> bool {
    let mut any = false;
    let mut i = 0;
    while i < rows.len() {
        if matches!(rows[i].how, Use::Value) {
            any = true;
            moved[rows[i].to as usize] = 1;
        }
        i += 1;
    }
    while any && i > 0 {
        i -= 1;
        let RawEdge { node, to, how, part, .. } = rows[i];
        if moved[to as usize] != 0
            && !matches!(how, Use::Order)
            && (part || nodes[node as usize].shape.is_some() || nodes[to as usize].shape.is_some())
        {
            return false;
        }
    }
    true
}

/// The lines of a graph, and which of them depend on each other.
struct LineGraph<'a> {
    rows: &'a [RawEdge],
    /// The rows that are left out.
    gone: &'a mut [bool],
    /// Where the rows of each line begin and end.
    starts: &'a mut [u32],
    ends: &'a mut [u32],
    /// For each line, one of those that it depends on and that depend on it: the same for all these.
    component: &'a mut [u32],
    /// When a line was met, from 1. `CLOSED` where its component is known.
    number: &'a mut [u32],
    /// The lines that wait for their components, and those whose rows are being followed.
    stack: &'a mut [u32],
    path: &'a mut [u32],
}

const CLOSED: u32 = u32::MAX;

impl<'a> LineGraph<'a> {
    const fn new(nodes: &[Line], rows: &'a [RawEdge], gone: &'a mut [bool], scratch: &'a mut [u32]) -> Self {
        let count = nodes.len();
        let (starts, rest) = scratch.split_at_mut(count);
        let (ends, rest) = rest.split_at_mut(count);
        let (component, rest) = rest.split_at_mut(count);
        let (number, rest) = rest.split_at_mut(count);
        let (stack, path) = rest.split_at_mut(count);
        let (mut line, mut row) = (0, 0);
        while line < count {
            starts[line] = row as u32;
            while row < rows.len() && rows[row].node as usize == line {
                row += 1;
            }
            ends[line] = row as u32;
            line += 1;
        }
        LineGraph { rows, gone, starts, ends, component, number, stack, path }
    }

    /// Finds the components: of lines that depend on each other.
    ///
    /// While a line is open, `component` holds the earliest line that is known to be in its
    /// component, by its number; `starts`, where to go on in its rows.
    const fn find_components(&mut self) {
        let count = self.starts.len();
        let (mut met, mut waiting, mut root) = (0, 0, 0);
        while root < count {
            self.number[root] = 0;
            root += 1;
        }
        root = 0;
        while root < count {
            let mut height = 0;
            let mut next = root;
            loop {
                if self.number[next] == 0 {
                    met += 1;
                    self.number[next] = met;
                    self.component[next] = met;
                    self.stack[waiting] = next as u32;
                    waiting += 1;
                    self.path[height] = next as u32;
                    height += 1;
                }
                if height == 0 {
                    break;
                }
                let line = self.path[height - 1] as usize;
                let row = self.starts[line];
                if row < self.ends[line] {
                    self.starts[line] = row + 1;
                    if self.gone[row as usize] {
                        continue;
                    }
                    next = self.rows[row as usize].to as usize;
                    if self.number[next] != 0 && self.number[next] < self.component[line] {
                        self.component[line] = self.number[next];
                    }
                    continue;
                }
                height -= 1;
                let earliest = self.component[line];
                if earliest == self.number[line] {
                    loop {
                        waiting -= 1;
                        let other = self.stack[waiting] as usize;
                        self.number[other] = CLOSED;
                        self.component[other] = line as u32;
                        if other == line {
                            break;
                        }
                    }
                } else {
                    let parent = self.path[height - 1] as usize;
                    if earliest < self.component[parent] {
                        self.component[parent] = earliest;
                    }
                }
            }
            root += 1;
        }
        // The rows of a line begin where those of the one before it end.
        let (mut line, mut start) = (0, 0);
        while line < count {
            self.starts[line] = start;
            start = self.ends[line];
            line += 1;
        }
    }

    /// Whether the row is part of a cycle of lines.
    const fn is_inside(&self, row: usize) -> bool {
        let RawEdge { node, to, .. } = self.rows[row];
        !self.gone[row] && self.component[node as usize] == self.component[to as usize]
    }

    const fn has_cycle(&self) -> bool {
        let mut row = 0;
        while row < self.rows.len() {
            if self.is_inside(row) {
                return true;
            }
            row += 1;
        }
        false
    }

    /// Whether the rows that are left make no cycle of members.
    const fn is_acyclic(&mut self, forms: &[&'static [Delta]], signs: &mut [u32]) -> bool {
        loop {
            self.find_components();
            let mut line = 0;
            while line < signs.len() {
                signs[line] = 0;
                line += 1;
            }
            let mut any = false;
            let mut row = 0;
            while row < self.rows.len() {
                if self.is_inside(row) {
                    any = true;
                    signs[self.component[self.rows[row].node as usize] as usize] |= directions(forms[row]);
                } else {
                    self.gone[row] = true;
                }
                row += 1;
            }
            if !any {
                return true;
            }
            let mut fewer = false;
            while row > 0 {
                row -= 1;
                if self.gone[row] {
                    continue;
                }
                let all = signs[self.component[self.rows[row].node as usize] as usize];
                let both = all & all >> 1 & DOWN;
                if directions(forms[row]) & !(both | both << 1) != 0 {
                    self.gone[row] = true;
                    fewer = true;
                }
            }
            if !fewer {
                return false;
            }
        }
    }
}

/// Two bits for each index: whether it goes down, and whether it goes up.
const DOWN: u32 = 0x5555_5555;

/// In which directions a use changes the indices. One that is not known may go either way.
const fn directions(form: &[Delta]) -> u32 {
    let mut directions = 0;
    let mut k = 0;
    while k < form.len() {
        let direction = match form[k] {
            Delta::By(0) => 0,
            Delta::By(..0) | Delta::Down => 0b01,
            Delta::By(_) | Delta::Up => 0b10,
            Delta::Unknown => 0b11,
        };
        directions |= direction << (2 * k);
        k += 1;
    }
    if k < 16 { directions | u32::MAX << (2 * k) } else { directions }
}
