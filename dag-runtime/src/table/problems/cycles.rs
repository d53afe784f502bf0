//! Dependency cycles: the shortest ones.

use crate::table::RawEdge;
use crate::table::columns::Adjacency;
use crate::table::problems::search::Search;
use crate::table::problems::{Kind, Problems, Text};

/// How many edges of one cycle are reported.
const REPORTED: usize = 8;
/// The longest cycle that is shown whole.
const WHOLE: usize = 12;
/// How many tasks of a longer cycle are shown at either end.
const AT_EITHER_END: usize = 5;

/// A cycle as it is shown: each task depends on the next, the last one on the first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cycle {
    /// All tasks, or those at the start followed by those at the end.
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

    pub(super) const fn message(&self, problems: &Problems<'_>) -> Text {
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
            problems.push_name(&mut text, self.shown[i]);
            text.push(" -> ");
            i += 1;
        }
        problems.push_name(&mut text, self.shown[0]);
        text
    }
}

/// Finds the shortest cycle, then the shortest one among the other tasks, and so on.
///
/// Of several cycles of one length, this finds the one through the task listed first. After a cycle with a member, its
/// whole family is left out: a cycle through other members is most often the same mistake. The scratch space holds
/// zeros.
pub(super) const fn find(dependencies: Adjacency<'_>, scratch: &mut [u32], problems: &mut Problems<'_>) {
    let mut search = Search::new(dependencies, scratch, dependencies.starts.len() - 1);
    while !problems.is_full() {
        let Some((task, len)) = search.shortest() else { break };
        search.breadth_first(task, len);
        let path = search.path(task, len as usize);
        let cycle = Cycle::new(path);
        let (mut i, mut reported) = (0, 0);
        while i < path.len() && reported < REPORTED {
            let to = path[if i + 1 < path.len() { i + 1 } else { 0 }];
            let site = site_of(problems.edges, path[i], to);
            reported += problems.push(path[i], site, Kind::Cycle(cycle)) as usize;
            i += 1;
        }
        search.leave_out(len as usize, problems);
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
    while edges[low].to != to || edges[low].indirect || edges[low].part {
        low += 1;
    }
    edges[low].site
}
