//! Dependency cycles: the shortest ones.

use crate::table::columns::Adjacency;
use crate::table::problems::search::Search;
use crate::table::problems::{Kind, Problem, Problems, Text};
use crate::table::{Node, RawEdge};

/// How many edges of one cycle are reported.
const REPORTED: usize = 8;
/// Up to how many tasks a cycle is shown whole.
const WHOLE: usize = 12;
/// How many tasks of a longer one are shown at either end.
const AT_EITHER_END: usize = 5;

/// A cycle as it is shown: each task depends on the next, the last one on the first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cycle {
    /// All tasks, or those at the start and then those at the end.
    shown: [u32; WHOLE],
    len: usize,
}

impl Cycle {
    const fn new(path: &[u32]) -> Self {
        let mut shown = [0; WHOLE];
        let len = path.len();
        let mut i = 0;
        while i < len && i < WHOLE {
            shown[i] = if len <= WHOLE || i < AT_EITHER_END {
                path[i]
            } else if i < 2 * AT_EITHER_END {
                path[len - 2 * AT_EITHER_END + i]
            } else {
                break;
            };
            i += 1;
        }
        Cycle { shown, len }
    }

    pub(super) const fn message(&self, nodes: &[Node]) -> Text {
        let shown = if self.len <= WHOLE { self.len } else { 2 * AT_EITHER_END };
        let mut text = Text::new();
        text.push("dependency cycle: ");
        let mut i = 0;
        while i < shown {
            if i == AT_EITHER_END && shown < self.len {
                text.push("... ");
                text.push_number((self.len - shown) as u32);
                text.push(" more ... -> ");
            }
            text.push_task(&nodes[self.shown[i] as usize]);
            text.push(" -> ");
            i += 1;
        }
        text.push_task(&nodes[self.shown[0] as usize]);
        text
    }
}

/// Finds the shortest cycle, then the shortest one among the tasks that are not in it, and so on.
///
/// Among several of a length it is the one through the task listed first. The scratch space holds
/// zeros.
pub(super) const fn find(dependencies: Adjacency<'_>, scratch: &mut [u32], problems: &mut Problems) {
    let mut search = Search::new(dependencies, scratch, problems.nodes.len());
    while !problems.is_full()
        && let Some((task, len)) = search.shortest()
    {
        search.breadth_first(task, len);
        let path = search.path(task, len as usize);
        let cycle = Cycle::new(path);
        let mut i = 0;
        while i < path.len() && i < REPORTED {
            let to = path[if i + 1 < path.len() { i + 1 } else { 0 }];
            let site = site_of(problems.edges, path[i], to);
            problems.push(Problem { node: path[i], site, kind: Kind::Cycle(cycle) });
            i += 1;
        }
        search.leave_out(len as usize);
    }
}

/// The site of the first edge that makes `node` depend on `to`.
const fn site_of(edges: &[RawEdge], node: u32, to: u32) -> u32 {
    let (mut low, mut high) = (0, edges.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if edges[middle].node < node {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while edges[low].to != to || edges[low].indirect {
        low += 1;
    }
    edges[low].site
}
