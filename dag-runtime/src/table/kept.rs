//! Lines whose outputs cannot be kept, since they depend on inputs that tasks change in place.

use crate::table::site::LINE_SITE;
use crate::table::{InPlaceUses, RawEdge, Rows, Text, Use};

/// Checks that the output of a line with `keep` does not depend on what tasks change in place. `taken`: the lines that take an
/// input behind a `&mut` reference for themselves, with its name.
///
/// # Panics
///
/// Panics if a line from which its key is made changes an input, or uses one that was changed before.
#[track_caller]
pub const fn check_kept<const NODES: usize, const EDGES: usize>(
    rows: &Rows<NODES, EDGES>,
    uses: &InPlaceUses,
    taken: &[(u32, &str)],
    line: u32,
) {
    if let Some(text) = changed(rows, uses, taken, line) {
        panic!("{}", text.as_str())
    }
}

/// Why the output of the line cannot be kept, if there is a reason.
const fn changed<const NODES: usize, const EDGES: usize>(
    rows: &Rows<NODES, EDGES>,
    uses: &InPlaceUses,
    taken: &[(u32, &str)],
    line: u32,
) -> Option<Text> {
    let in_key = upstream(rows, line, true);
    let mut i = 0;
    while i < taken.len() {
        let (other, input) = taken[i];
        i += 1;
        if in_key[other as usize] {
            let mut text = begin(rows, line, other);
            push_changes(&mut text, input);
            return Some(text);
        }
    }
    i = 0;
    while i < uses.uses.len() {
        let used = &uses.uses[i];
        i += 1;
        if !in_key[used.line as usize] {
            continue;
        }
        let input = uses.inputs[used.input as usize];
        let mut text = begin(rows, line, used.line);
        if used.exclusive {
            push_changes(&mut text, input);
            return Some(text);
        }
        let before = upstream(rows, used.line, false);
        let mut k = 0;
        while k < uses.uses.len() {
            let other = &uses.uses[k];
            k += 1;
            let is_changed = other.exclusive && other.input == used.input;
            if is_changed && other.line != used.line && before[other.line as usize] {
                text.push("uses the input `");
                text.push(input);
                text.push("` after ");
                text.push_line(&rows.nodes[other.line as usize]);
                text.push(" has changed it in place");
                return Some(text);
            }
        }
    }
    None
}

/// The text up to what `other` does.
const fn begin<const NODES: usize, const EDGES: usize>(
    rows: &Rows<NODES, EDGES>,
    line: u32,
    other: u32,
) -> Text {
    let mut text = Text::new();
    text.push("the output of ");
    text.push_line(&rows.nodes[line as usize]);
    text.push(" cannot be kept: it ");
    if other != line {
        text.push("depends on ");
        text.push_line(&rows.nodes[other as usize]);
        text.push(", which ");
    }
    text
}

const fn push_changes(text: &mut Text, input: &str) {
    text.push("changes the input `");
    text.push(input);
    text.push("` in place and runs always");
}

/// The lines from which there is a way to this one, and itself: if `keys`, by what counts for its key alone.
const fn upstream<const NODES: usize, const EDGES: usize>(
    rows: &Rows<NODES, EDGES>,
    line: u32,
    keys: bool,
) -> [bool; NODES] {
    let mut found = [false; NODES];
    found[line as usize] = true;
    // Edges are listed by the line that they lead from, mostly later ones: few rounds find all.
    let mut grows = true;
    while grows {
        grows = false;
        let mut edge = EDGES;
        while edge > 0 {
            edge -= 1;
            let RawEdge { node, to, how, site, .. } = rows.edges[edge];
            let counts = !keys || !matches!(how, Use::Order) || site < LINE_SITE;
            if counts && found[node as usize] && !found[to as usize] {
                found[to as usize] = true;
                grows = true;
            }
        }
    }
    found
}
