//! Uses of inputs that tasks change in place, and what the lines of a graph prove of their order.

use alloc::vec;
use alloc::vec::Vec;

use crate::table::checked::Miscalculation;
use crate::table::cursor::Cursor;
use crate::table::site::LINE_SITE;
use crate::table::symbolic::Ranges;
use crate::table::{Line, RawEdge, Rows};

/// How a task uses an input: not at all, or these bits.
pub(in crate::table) const SHARED: u8 = 1;
pub(in crate::table) const EXCLUSIVE: u8 = 2;

/// A use, by the arguments of a line, of an input that tasks change in place.
#[derive(Clone, Copy, Debug)]
pub struct InPlaceUse {
    pub(in crate::table) line: u32,
    pub(in crate::table) input: u32,
    pub(in crate::table) exclusive: bool,
    /// Whether all members use it. Else [`Users`] receive which ones do.
    always: bool,
    /// Whether each member of the line is known to be upstream of the next one.
    chained: bool,
    pub(in crate::table) site: u32,
}

impl InPlaceUse {
    /// The use number `k` in its line, behind the uses of outputs.
    #[must_use]
    pub const fn new(line: u32, input: u32, exclusive: bool, always: bool, k: u32) -> Self {
        InPlaceUse { line, input, exclusive, always, chained: false, site: LINE_SITE + k }
    }

    /// The same, of a line each member of which is upstream of the next one if `chained`.
    #[must_use]
    pub const fn chained(self, chained: bool) -> Self {
        InPlaceUse { chained, ..self }
    }

    const fn bit(&self) -> u8 {
        if self.exclusive { EXCLUSIVE } else { SHARED }
    }
}

/// The inputs of a graph that tasks change in place, with all uses of them in the order of lines.
#[derive(Clone, Copy, Debug)]
pub struct InPlaceUses {
    pub(in crate::table) inputs: &'static [&'static str],
    pub(in crate::table) uses: &'static [InPlaceUse],
}

impl InPlaceUses {
    /// For inputs with these names.
    #[must_use]
    pub const fn new(inputs: &'static [&'static str], uses: &'static [InPlaceUse]) -> Self {
        InPlaceUses { inputs, uses }
    }

    /// How many [`Users`] there are in a graph with this many tasks.
    pub(in crate::table) const fn users(&self, tasks: usize) -> usize {
        self.inputs.len() * tasks
    }

    /// Whether dependencies between whole lines order all uses of each input, one of which is exclusive, whatever the
    /// sizes are.
    pub(in crate::table) const fn are_ordered_by_lines<const NODES: usize, const EDGES: usize>(
        &self,
        rows: &Rows<NODES, EDGES>,
    ) -> bool {
        let (mut starts, mut upstream, mut queue) = ([0; NODES], [false; NODES], [0; NODES]);
        let lines = Lines::new(&rows.nodes, &rows.edges, &rows.ranges, &mut starts);
        self.are_ordered(&lines, &mut upstream, &mut queue)
    }

    /// As [`are_ordered_by_lines`](Self::are_ordered_by_lines).
    pub(in crate::table) const fn are_ordered(
        &self,
        lines: &Lines<'_>,
        upstream: &mut [bool],
        queue: &mut [u32],
    ) -> bool {
        // In an acyclic graph, at most one of two lines is upstream of the other.
        let (mut conflicts, mut ordered) = (0, 0);
        let mut i = 0;
        while i < self.uses.len() {
            let one = &self.uses[i];
            if one.exclusive && !one.chained && lines.may_be_several(one.line) {
                return false;
            }
            lines.find_upstream(one.line, upstream, queue);
            let mut k = 0;
            while k < self.uses.len() {
                let other = &self.uses[k];
                let conflict = one.input == other.input && (one.exclusive || other.exclusive);
                if conflict && one.line != other.line {
                    conflicts += (i < k) as usize;
                    ordered += upstream[other.line as usize] as usize;
                }
                k += 1;
            }
            i += 1;
        }
        conflicts == ordered
    }
}

/// The lines of a graph and the edges between them.
pub(in crate::table) struct Lines<'l> {
    nodes: &'l [Line<'static>],
    edges: &'l [RawEdge],
    /// For each line, its first edge.
    starts: &'l [usize],
    ranges: &'l [Option<&'static Ranges>],
}

impl<'l> Lines<'l> {
    pub(in crate::table) const fn new(
        nodes: &'l [Line<'static>],
        edges: &'l [RawEdge],
        ranges: &'l [Option<&'static Ranges>],
        starts: &'l mut [usize],
    ) -> Self {
        let (mut line, mut edge) = (0, 0);
        while line < nodes.len() {
            starts[line] = edge;
            while edge < edges.len() && edges[edge].node as usize == line {
                edge += 1;
            }
            line += 1;
        }
        Lines { nodes, edges, starts, ranges }
    }

    /// Whether a line may have more than one task.
    const fn may_be_several(&self, line: u32) -> bool {
        self.ranges[line as usize].is_some() || self.nodes[line as usize].len() > 1
    }

    /// Whether a line may have no task, so that what is behind it need not be after what is before it.
    const fn may_be_empty(&self, line: u32) -> bool {
        self.ranges[line as usize].is_some() || self.nodes[line as usize].len() == 0
    }

    /// Marks the lines all of whose tasks are upstream of all tasks of this one.
    const fn find_upstream(&self, line: u32, upstream: &mut [bool], queue: &mut [u32]) {
        let mut i = 0;
        while i < upstream.len() {
            upstream[i] = false;
            i += 1;
        }
        queue[0] = line;
        let (mut done, mut queued) = (0, 1);
        while done < queued {
            let node = queue[done];
            done += 1;
            let mut edge = self.starts[node as usize];
            while edge < self.edges.len() && self.edges[edge].node == node {
                let RawEdge { to, indirect, part, .. } = self.edges[edge];
                edge += 1;
                if indirect || part || to == line || upstream[to as usize] {
                    continue;
                }
                upstream[to as usize] = true;
                if !self.may_be_empty(to) {
                    queue[queued] = to;
                    queued += 1;
                }
            }
        }
    }
}

/// How a table tells the users of inputs.
#[derive(Clone, Copy, Debug)]
pub(in crate::table) struct InPlaceTable {
    uses: &'static InPlaceUses,
    /// Tells for given sizes which members make the uses that not all of their line make.
    tell: TellUsers,
}

/// A function that tells which members of lines make their uses, for given sizes.
pub type TellUsers = fn(&[isize], &mut Users<'_>);

impl InPlaceTable {
    pub(in crate::table) const fn new(uses: &'static InPlaceUses, tell: TellUsers) -> Self {
        InPlaceTable { uses, tell }
    }

    pub(in crate::table) const fn uses(&self) -> &'static InPlaceUses {
        self.uses
    }

    /// For each input, a byte for each task of these lines: how it uses the input.
    ///
    /// # Errors
    ///
    /// Fails if a condition is calculated wrong: with the task, the input and what is wrong.
    pub(in crate::table) fn users(
        &self,
        lines: &[Line<'_>],
        sizes: &[isize],
    ) -> Result<Vec<u8>, (u32, &'static str, Miscalculation)> {
        let tasks = lines.iter().map(Line::len).sum();
        let mut users = vec![0; self.uses.users(tasks)];
        let mut told = Users::start(lines, tasks, self.uses, &mut users);
        (self.tell)(sizes, &mut told);
        match told.miscalculation {
            Some((task, input, fault)) => Err((task, self.uses.inputs[input as usize], fault)),
            None => Ok(users),
        }
    }
}

/// Which tasks use inputs in place, and how: for each input, a byte for each task. The uses that only some members of a
/// line make are passed by an expansion, in constant evaluation and natively.
#[derive(Debug)]
pub struct Users<'u> {
    nodes: &'u [Line<'u>],
    uses: &'u InPlaceUses,
    users: &'u mut [u8],
    tasks: usize,
    member: Cursor<'u>,
    /// The number of the current member, and that of the next one.
    task: u32,
    next_task: u32,
    /// The task whose use of an input is calculated wrong, and that input.
    miscalculation: Option<(u32, u32, Miscalculation)>,
}

impl<'u> Users<'u> {
    /// For the graph with these rows. `users` holds 0 for each input and task.
    #[must_use]
    pub const fn new<const NODES: usize, const EDGES: usize>(
        rows: &'u Rows<NODES, EDGES>,
        uses: &'u InPlaceUses,
        users: &'u mut [u8],
    ) -> Self {
        Users::start(&rows.nodes, rows.task_count(), uses, users)
    }

    /// As [`new`](Self::new), for these lines with this many tasks. It includes the uses that all members of a line make.
    pub(in crate::table) const fn start(
        nodes: &'u [Line<'u>],
        tasks: usize,
        uses: &'u InPlaceUses,
        users: &'u mut [u8],
    ) -> Self {
        let mut i = 0;
        while i < uses.uses.len() {
            let used = &uses.uses[i];
            let line = &nodes[used.line as usize];
            let mut task = used.input as usize * tasks + line.first as usize;
            let end = if used.always { task + line.len() } else { task };
            while task < end {
                users[task] |= used.bit();
                task += 1;
            }
            i += 1;
        }
        let member = Cursor::new(&[]);
        Users { nodes, uses, users, tasks, member, task: 0, next_task: 0, miscalculation: None }
    }

    /// The members of this line follow.
    pub const fn line(&mut self, line: u32) {
        let line = &self.nodes[line as usize];
        self.member = Cursor::new(match line.shape {
            Some(shape) => shape.dims,
            None => &[],
        });
        self.next_task = line.first;
    }

    /// Advances to the next member, if there is one.
    pub const fn member(&mut self) -> bool {
        self.task = self.next_task;
        self.next_task += 1;
        self.member.next()
    }

    /// An index of the member.
    #[must_use]
    pub const fn index(&self, k: usize) -> isize {
        self.member.index(k)
    }

    /// The member makes the use at this position among all.
    pub const fn uses(&mut self, position: usize) {
        let used = &self.uses.uses[position];
        self.users[used.input as usize * self.tasks + self.task as usize] |= used.bit();
    }

    /// Whether the condition of the use at this position is calculated wrong. Then the graph is, and the pass ends.
    pub const fn fails(&mut self, position: usize, fault: Miscalculation) -> bool {
        if fault.happened() {
            self.miscalculation = Some((self.task, self.uses.uses[position].input, fault));
        }
        fault.happened()
    }
}
