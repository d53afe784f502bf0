//! Which lines can have `keep`.

use crate::diag::Diagnostics;
use crate::graph::ast::Graph;

/// Takes `keep` off the lines if it is not there to be had.
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
