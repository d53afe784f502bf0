//! Which lines can have `keep`.

use super::{LineUse, Model};
use crate::diag::Diagnostics;
use crate::graph::ast::Graph;
use crate::names;

/// Takes `keep` off the lines where it is not there to be had.
pub(super) fn available(graph: &mut Graph, diagnostics: &mut Diagnostics) {
    if cfg!(any(feature = "store", test)) {
        return;
    }
    for word in graph.nodes.iter_mut().filter_map(|node| node.keep.take()) {
        diagnostics.error(
            &word,
            "`keep` needs the feature `store` of `dag-runtime`: add it to `features` of this dependency in `Cargo.toml`",
        );
    }
}

impl Model {
    /// Reports lines with `keep` whose output is not the same for the same arguments, as far as lines alone tell: they change
    /// an input in place, or use the output of a line that does. What attributes say is in the table.
    pub(super) fn check_keep(&self, diagnostics: &mut Diagnostics) {
        for (index, node) in self.graph.nodes.iter().enumerate() {
            let Some(word) = &node.keep else { continue };
            let Some(changing) = self.changes_upstream(index) else { continue };
            let (name, changed) = (names::text(node.name()), names::text(self.graph.nodes[changing].name()));
            let used = self.in_place_uses[changing].iter().find(|used| used.is_exclusive);
            let input = used.map(|used| names::text(&self.graph.inputs[used.input].name)).unwrap_or_default();
            let message = if changing == index {
                format!(
                    "`{name}` changes the input `{input}` in place: it runs always, and its output cannot be kept"
                )
            } else {
                format!(
                    "the output of `{name}` cannot be kept: it depends on `{changed}`, which changes the input `{input}` in place and runs always"
                )
            };
            diagnostics.error(word, message);
        }
    }

    /// The nearest line, this one or upstream of it, that changes an input in place.
    fn changes_upstream(&self, index: usize) -> Option<usize> {
        let mut seen = vec![false; self.lines.len()];
        let mut waiting = std::collections::VecDeque::from([index]);
        while let Some(next) = waiting.pop_front() {
            if std::mem::replace(&mut seen[next], true) {
                continue;
            }
            if self.in_place_uses[next].iter().any(|used| used.is_exclusive) {
                return Some(next);
            }
            waiting.extend(
                self.lines[next].iter().filter(|line| line.how != LineUse::Order).map(|line| line.to),
            );
        }
        None
    }
}
