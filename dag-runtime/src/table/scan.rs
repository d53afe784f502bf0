//! One pass over the lines of a graph, which tells whether they need a search for problems.
//!
//! The table of a graph is evaluated when a program is built, and by no check of the program: most graphs are seen to be
//! correct without it.

use crate::table::edges::{Edge, Use};

/// What is known of an output so far: nothing, or one of these.
const BORROWED: u8 = 1;
const MOVED: u8 = 2;
const COPY: u8 = 3;

/// The lines so far. A graph is in doubt if a line depends on a later one, or on one that is upstream by other edges, if
/// an output has a use beside one that moves it, or if there is a condition.
#[derive(Debug)]
pub(super) struct Scan<'a> {
    /// For each line, what is known of its output. Empty if nothing is asked for.
    outputs: &'a mut [u8],
    lines: usize,
    moves: bool,
    repeats: bool,
    in_doubt: bool,
}

impl<'a> Scan<'a> {
    /// A scan of a graph with a zero for each line.
    pub(super) const fn new(outputs: &'a mut [u8]) -> Self {
        Scan { outputs, lines: 0, moves: false, repeats: false, in_doubt: false }
    }

    /// Whether the table has to be searched for problems.
    pub(super) const fn needs_search(&self) -> bool {
        self.in_doubt || self.moves && self.repeats
    }

    /// The next line, with these dependencies of its attribute.
    pub(super) const fn line(&mut self, mut edges: &[Edge], copy: bool) {
        if self.lines == self.outputs.len() {
            return;
        }
        if copy {
            self.outputs[self.lines] = COPY;
        }
        self.lines += 1;
        while let &[Edge { to, how, indirect, optional }, ref rest @ ..] = edges {
            edges = rest;
            if indirect || optional {
                self.doubt();
            }
            self.uses(to, how);
        }
    }

    /// The last line uses the output of line `to`, or follows it.
    pub(super) const fn uses(&mut self, to: u32, how: Use) {
        let to = to as usize;
        if to + 1 >= self.lines {
            self.in_doubt = true;
            return;
        }
        let known = self.outputs[to];
        if known == COPY {
            return;
        }
        match how {
            Use::Order => {}
            Use::Borrow => {
                self.in_doubt |= known == MOVED;
                self.outputs[to] = BORROWED;
            }
            Use::Value => {
                self.in_doubt |= known != 0;
                self.moves = true;
                self.outputs[to] = MOVED;
            }
        }
    }

    /// The output of this line is an output of the graph, all of whose lines are known.
    pub(super) const fn output(&mut self, line: u32) {
        if !self.outputs.is_empty() {
            self.in_doubt |= self.outputs[line as usize] == MOVED;
        }
    }

    /// The last line runs once for each element.
    pub(super) const fn repeats(&mut self) {
        self.repeats = true;
    }

    /// Something needs a search.
    pub(super) const fn doubt(&mut self) {
        self.in_doubt = true;
    }
}
