//! Uses of inputs in place that nothing orders.

use alloc::vec;

use crate::table::ancestors::{self, Ancestors};
use crate::table::columns::{Adjacency, Columns};
use crate::table::in_place::{EXCLUSIVE, InPlaceUse, InPlaceUses};
use crate::table::order::{self, TopologicalOrder};
use crate::table::problems::{Kind, Problems, Text};
use crate::table::slices::{copy, flatten};
use crate::table::{Data, Expanded, Line, Proof, RawEdge};

/// Words of scratch space that [`Search`] needs for each task.
const SCRATCH: usize = ancestors::SCRATCH + 1;

/// A use of an input in place that another one conflicts with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unordered {
    input: &'static str,
    exclusive: bool,
    other: u32,
    other_exclusive: bool,
}

impl<'t> Problems<'t> {
    /// Adds the uses in place that nothing orders, in a graph whose tasks are its lines. `users` are those of the graph.
    #[must_use]
    pub const fn in_place<const NODES: usize, const WORDS: usize>(
        mut self,
        data: &Data<NODES, WORDS>,
        uses: &InPlaceUses,
        users: &[u8],
    ) -> Self {
        self.find_elements(uses);
        if data.totals.acyclic && NODES > 0 {
            let (columns, depths) = Columns::split(&data.words, NODES, self.edges.len());
            let mut scratch = [[0; NODES]; SCRATCH];
            let (dependencies, order) = (columns.dependencies, columns.order);
            Search::new(uses, users, order, dependencies, depths, flatten(&mut scratch)).run(&mut self);
        }
        self
    }

    /// As [`in_place`](Self::in_place), in a graph with these members, if its lines do not order the uses.
    #[must_use]
    pub const fn in_place_members<const TASKS: usize, const EDGES: usize>(
        mut self,
        proof: &Proof,
        expanded: &'t Expanded<TASKS, EDGES>,
        uses: &InPlaceUses,
        users: &[u8],
    ) -> Self {
        self.find_elements(uses);
        if !users.is_empty() && proof.needs_edges() {
            let mut words = [[0; TASKS]; order::TASK_WORDS];
            let mut edge_words = [[0; EDGES]; order::EDGE_WORDS];
            let mut edges = [RawEdge::EMPTY; EDGES];
            let edges = edges.split_at_mut(expanded.edges().len()).0;
            copy(expanded.edges(), edges);
            let (words, edge_words) = (flatten(&mut words), flatten(&mut edge_words));
            let (order, totals) = TopologicalOrder::new(edges, TASKS, words, edge_words);
            let mut scratch = [[0; TASKS]; SCRATCH];
            let TopologicalOrder { dependencies, order, depths } = order;
            if totals.acyclic {
                Search::new(uses, users, order, dependencies, depths, flatten(&mut scratch)).run(&mut self);
            }
        }
        self
    }

    /// Adds what is wrong with uses in place for all sizes.
    #[must_use]
    pub const fn in_place_sized(mut self, uses: &InPlaceUses) -> Self {
        self.find_elements(uses);
        self
    }

    /// As [`in_place_members`](Self::in_place_members), natively.
    pub(in crate::table) fn find_in_place(
        nodes: &'t [Line<'t>],
        order: &[u32],
        dependencies: Adjacency<'_>,
        uses: &InPlaceUses,
        users: &[u8],
    ) -> Self {
        let mut problems = Problems::none(nodes, &[], true);
        let mut depths = vec![0; order.len()];
        for &task in order {
            let before = dependencies.of(task).iter().map(|&task| depths[task as usize]);
            depths[task as usize] = before.max().unwrap_or(0) + 1;
        }
        let mut scratch = vec![0; SCRATCH * order.len()];
        Search::new(uses, users, order, dependencies, &depths, &mut scratch).run(&mut problems);
        problems
    }

    /// Finds the tasks that run for each element, by their attribute, and use an input exclusively.
    const fn find_elements(&mut self, uses: &InPlaceUses) {
        let mut i = 0;
        while i < uses.uses.len() {
            let InPlaceUse { line, input, exclusive, site, .. } = uses.uses[i];
            let node = &self.nodes[line as usize];
            if exclusive && node.each && (!self.members || node.len() > 0) {
                let task = self.tasks_of(line).0;
                self.push(task, site, Kind::ChangedByElements { input: uses.inputs[input as usize] });
            }
            i += 1;
        }
    }
}

/// The search for uses that nothing orders, in an acyclic graph.
///
/// It goes through the users of an input in a topological order. Each exclusive use has to have the exclusive one before
/// it and all shared ones since then upstream, and each shared use the exclusive one before it. Then all others are, too:
/// between two that conflict there is a chain of such uses.
struct Search<'a> {
    uses: &'a InPlaceUses,
    users: &'a [u8],
    order: &'a [u32],
    ancestors: Ancestors<'a>,
    /// The tasks that share the input since the last exclusive use.
    shared: &'a mut [u32],
}

impl<'a> Search<'a> {
    /// For a graph with these dependencies, whose tasks are in this order and at these depths. The scratch space holds zeros.
    const fn new(
        uses: &'a InPlaceUses,
        users: &'a [u8],
        order: &'a [u32],
        dependencies: Adjacency<'a>,
        depths: &'a [u32],
        scratch: &'a mut [u32],
    ) -> Self {
        let (shared, rest) = scratch.split_at_mut(order.len());
        Search { uses, users, order, ancestors: Ancestors::new(dependencies, depths, rest), shared }
    }

    const fn run(&mut self, problems: &mut Problems<'_>) {
        let mut input = 0;
        while input < self.uses.inputs.len() {
            self.find(input, problems);
            input += 1;
        }
    }

    const fn find(&mut self, input: usize, problems: &mut Problems<'_>) {
        let users = self.users.split_at(input * self.order.len()).1;
        let (mut changed_by, mut shared_by, mut at) = (None, 0, 0);
        while at < self.order.len() {
            let task = self.order[at];
            at += 1;
            let used = users[task as usize];
            if used == 0 {
                continue;
            }
            let exclusive = used & EXCLUSIVE != 0;
            let before = if exclusive { shared_by } else { 0 };
            let mut i = 0;
            if let Some(last) = changed_by {
                self.ancestors.want(last);
            }
            while i < before {
                self.ancestors.want(self.shared[i]);
                i += 1;
            }
            if self.ancestors.missing_upstream_of(task) > 0 {
                if let Some(last) = changed_by {
                    self.report(input, last, true, task, exclusive, problems);
                }
                while i > 0 {
                    i -= 1;
                    self.report(input, self.shared[i], false, task, exclusive, problems);
                }
            }
            if exclusive {
                (changed_by, shared_by) = (Some(task), 0);
            } else {
                self.shared[shared_by] = task;
                shared_by += 1;
            }
        }
    }

    /// Reports the use by `first` and that by `second`, unless the last search has met `first`.
    const fn report(
        &self,
        input: usize,
        first: u32,
        first_exclusive: bool,
        second: u32,
        second_exclusive: bool,
        problems: &mut Problems<'_>,
    ) {
        if self.ancestors.has_met(first) {
            return;
        }
        let name = self.uses.inputs[input];
        let (one, other) = ((first, first_exclusive), (second, second_exclusive));
        let pairs = [(one, other), (other, one)];
        let mut i = 0;
        while i < pairs.len() {
            let ((task, exclusive), (other, other_exclusive)) = pairs[i];
            let site = self.site(problems.line(task), input, exclusive);
            let unordered = Unordered { input: name, exclusive, other, other_exclusive };
            problems.push(task, site, Kind::Unordered(unordered));
            i += 1;
        }
    }

    /// The site of the use of an input by a line.
    const fn site(&self, line: u32, input: usize, exclusive: bool) -> u32 {
        let uses = self.uses.uses;
        let mut i = 0;
        while uses[i].line != line || uses[i].input as usize != input || uses[i].exclusive != exclusive {
            i += 1;
        }
        uses[i].site
    }
}

impl Unordered {
    pub(super) const fn message(&self, problems: &Problems<'_>, task: u32) -> Text {
        let Unordered { input, exclusive, other, other_exclusive } = *self;
        let mut text = Text::new();
        problems.push_name(&mut text, task);
        let (line, other_line) = (problems.line(task), problems.line(other));
        if exclusive && other_exclusive {
            text.push(" and ");
            problems.push_name(&mut text, other);
            text.push(" both change `");
        } else {
            text.push(if exclusive { " changes `" } else { " shares `" });
        }
        text.push(input);
        text.push("`");
        if !(exclusive && other_exclusive) {
            text.push(", which ");
            problems.push_name(&mut text, other);
            text.push(if other_exclusive { " changes" } else { " shares" });
        }
        text.push(", and nothing says which of them is first: ");
        let name = problems.nodes[line as usize].name;
        if line == other_line {
            text.push("let each member be `after` the one before it");
        } else if problems.members {
            text.push("let ");
            problems.push_name(&mut text, task);
            text.push(" be after ");
            problems.push_name(&mut text, other);
            text.push(", or ");
            problems.push_name(&mut text, other);
            text.push(" be after ");
            problems.push_name(&mut text, task);
            text.push(", by `after […]`");
        } else {
            let other_name = problems.nodes[other_line as usize].name;
            text.push("let `");
            text.push(name);
            text.push("` be `after [");
            text.push(other_name);
            text.push("]`, or `");
            text.push(other_name);
            text.push("` be `after [");
            text.push(name);
            text.push("]`");
        }
        if exclusive {
            text.push("; a task that only reads `");
            text.push(input);
            text.push("` takes `&*");
            text.push(input);
            text.push("`");
        }
        text
    }
}

pub(super) const fn elements_message(problems: &Problems<'_>, task: u32, input: &str) -> Text {
    let mut text = Text::new();
    problems.push_name(&mut text, task);
    text.push(" runs once for each element, and these may run at the same time: they can share `");
    text.push(input);
    text.push("`, as `&*");
    text.push(input);
    text.push("`, but not change it");
    text
}
