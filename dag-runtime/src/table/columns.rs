//! The columns of a table: lists of numbers, all in one array of words.
//!
//! [`ColumnsMut`] and [`Columns`] divide the array in the same way.

use core::mem::replace;

/// The number of words in the columns of a graph with this many nodes and edges.
pub const fn words(nodes: usize, edges: usize) -> usize {
    // Three lists of edges with a start for each node, the releases with a start and an end for each node, and six
    // columns with one entry for each node.
    3 * (nodes + 1 + edges) + 3 * nodes + 6 * nodes
}

/// A list of nodes for each node: the list of node `i` is `items[starts[i]..starts[i + 1]]`.
#[derive(Debug)]
pub(crate) struct AdjacencyMut<'a> {
    pub(crate) starts: &'a mut [u32],
    pub(crate) items: &'a mut [u32],
}

/// A read-only [`AdjacencyMut`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Adjacency<'a> {
    pub(crate) starts: &'a [u32],
    pub(crate) items: &'a [u32],
}

#[cfg_attr(not(feature = "rayon"), allow(dead_code, reason = "read by parallel executors"))]
impl<'a> Adjacency<'a> {
    /// The list of node `i`.
    #[inline]
    pub(crate) fn of(self, i: u32) -> &'a [u32] {
        let i = i as usize;
        &self.items[self.starts[i] as usize..self.starts[i + 1] as usize]
    }

    /// The length of the list of node `i`.
    #[inline]
    pub(crate) const fn len_of(self, i: u32) -> u32 {
        let i = i as usize;
        self.starts[i + 1] - self.starts[i]
    }
}

/// The columns while they are computed.
#[derive(Debug)]
pub(crate) struct ColumnsMut<'a> {
    pub(crate) dependencies: AdjacencyMut<'a>,
    pub(crate) successors: AdjacencyMut<'a>,
    pub(crate) reads: AdjacencyMut<'a>,
    pub(crate) release_starts: &'a mut [u32],
    pub(crate) release_ends: &'a mut [u32],
    pub(crate) releases: &'a mut [u32],
    pub(crate) reader_counts: &'a mut [u32],
    /// The number of tasks in the longest chain that ends with the task.
    pub(crate) depths: &'a mut [u32],
    pub(crate) order: &'a mut [u32],
    pub(crate) by_priority: &'a mut [u32],
    pub(crate) ranks: &'a mut [u32],
    pub(crate) critical_path: &'a mut [u32],
}

impl<'a> ColumnsMut<'a> {
    /// Divides an array of [`words`] words into the columns of a graph with this many nodes and edges.
    pub(crate) const fn split(mut words: &'a mut [u32], nodes: usize, edges: usize) -> Self {
        let words = &mut words;
        ColumnsMut {
            dependencies: AdjacencyMut { starts: cut_mut(words, nodes + 1), items: cut_mut(words, edges) },
            successors: AdjacencyMut { starts: cut_mut(words, nodes + 1), items: cut_mut(words, edges) },
            reads: AdjacencyMut { starts: cut_mut(words, nodes + 1), items: cut_mut(words, edges) },
            release_starts: cut_mut(words, nodes),
            release_ends: cut_mut(words, nodes),
            releases: cut_mut(words, nodes),
            reader_counts: cut_mut(words, nodes),
            order: cut_mut(words, nodes),
            by_priority: cut_mut(words, nodes),
            ranks: cut_mut(words, nodes),
            critical_path: cut_mut(words, nodes),
            depths: cut_mut(words, nodes),
        }
    }
}

/// The columns of a complete table.
#[cfg_attr(not(feature = "rayon"), allow(dead_code, reason = "read by parallel executors"))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns<'a> {
    pub(crate) dependencies: Adjacency<'a>,
    pub(crate) successors: Adjacency<'a>,
    pub(crate) reads: Adjacency<'a>,
    pub(crate) release_starts: &'a [u32],
    pub(crate) release_ends: &'a [u32],
    pub(crate) releases: &'a [u32],
    pub(crate) reader_counts: &'a [u32],
    pub(crate) order: &'a [u32],
    pub(crate) by_priority: &'a [u32],
    pub(crate) ranks: &'a [u32],
    pub(crate) critical_path: &'a [u32],
}

impl<'a> Columns<'a> {
    /// See [`ColumnsMut::split`]. Returns the depths, too.
    pub(crate) const fn split(mut words: &'a [u32], nodes: usize, edges: usize) -> (Self, &'a [u32]) {
        let words = &mut words;
        let columns = Columns {
            dependencies: Adjacency { starts: cut(words, nodes + 1), items: cut(words, edges) },
            successors: Adjacency { starts: cut(words, nodes + 1), items: cut(words, edges) },
            reads: Adjacency { starts: cut(words, nodes + 1), items: cut(words, edges) },
            release_starts: cut(words, nodes),
            release_ends: cut(words, nodes),
            releases: cut(words, nodes),
            reader_counts: cut(words, nodes),
            order: cut(words, nodes),
            by_priority: cut(words, nodes),
            ranks: cut(words, nodes),
            critical_path: cut(words, nodes),
        };
        (columns, cut(words, nodes))
    }
}

#[expect(clippy::mem_replace_with_default, reason = "`take` is not `const`")]
pub(super) const fn cut_mut<'a>(words: &mut &'a mut [u32], len: usize) -> &'a mut [u32] {
    let (head, tail) = replace(words, &mut []).split_at_mut(len);
    *words = tail;
    head
}

const fn cut<'a>(words: &mut &'a [u32], len: usize) -> &'a [u32] {
    let (head, tail) = words.split_at(len);
    *words = tail;
    head
}
