//! The line of each task.

use alloc::vec::Vec;

use crate::table::Line;
use crate::table::view::LineNumbers;

/// The line of each task, in few bytes.
#[derive(Debug, Default)]
pub(super) enum LineColumn {
    /// Each line is one task.
    #[default]
    Same,
    Few(Vec<u8>),
    Many(Vec<u32>),
}

impl LineColumn {
    pub(super) fn new(nodes: &[Line<'_>], len: usize) -> Self {
        if nodes.iter().all(|line| line.shape.is_none()) {
            LineColumn::Same
        } else if nodes.len() <= 1 << 8 {
            LineColumn::Few(column(nodes, len, |line| line as u8))
        } else {
            LineColumn::Many(column(nodes, len, |line| line as u32))
        }
    }

    pub(super) fn numbers(&self) -> LineNumbers<'_> {
        match self {
            LineColumn::Same => LineNumbers::Same,
            LineColumn::Few(lines) => LineNumbers::Few(lines),
            LineColumn::Many(lines) => LineNumbers::Many(lines),
        }
    }
}

fn column<T: Copy>(nodes: &[Line<'_>], len: usize, number: impl Fn(usize) -> T) -> Vec<T> {
    let mut lines = Vec::with_capacity(len);
    for (line, node) in nodes.iter().enumerate() {
        lines.resize(lines.len() + node.len(), number(line));
    }
    lines
}
