//! What is said of uses that stand in the way of a proof.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::parse;
use crate::table::delta::Form;
use crate::table::{self, Problems, Proof, RawEdge, Rows, Use};

/// The row and the message of each problem of a graph with the size `n`.
fn problems<const LINES: usize, const ROWS: usize>(lines: [(&str, &[&str]); LINES]) -> Vec<(u32, String)> {
    let lines = parse::graph(&["n"], &lines);
    let (mut edges, mut forms) = (vec![], vec![]);
    for (line, node) in lines.iter().zip(0..) {
        for written in &line.uses {
            let (to, site, part) = (written.to as u32, edges.len() as u32, written.form.is_some());
            edges.push(RawEdge { node, to, how: Use::Borrow, part, site, ..RawEdge::EMPTY });
            forms.push(written.form.map_or(Form::Deltas(&[]), Form::Sized));
        }
    }
    let ranges: Vec<_> = lines.iter().map(|line| line.ranges).collect();
    let rows: &'static Rows<LINES, ROWS> = Box::leak(Box::new(Rows {
        nodes: [table::Line::EMPTY; LINES],
        edges: edges.try_into().unwrap(),
        forms: forms.try_into().unwrap(),
        ranges: ranges.try_into().unwrap(),
    }));
    let proof = Proof::sized(rows);
    assert_eq!(Problems::find_sized(rows, &proof, true).is_empty(), !proof.cyclic);
    let problems = Problems::find_sized(rows, &proof, false);
    (0..problems.len())
        .map(|k| (problems.problem(k).site, problems.message(k).as_str().to_string()))
        .collect()
}

fn message(what: &str) -> String {
    alloc::format!(
        "cannot prove that no task depends on itself, whatever the sizes are: {what}; with `#[checked_at_run]` the \
         graph is checked at the start of each run instead"
    )
}

#[test]
fn a_use_that_stands_in_the_way_is_named() {
    let found = problems::<1, 1>([("part[i in 0..n]", &["part[i / 2]"])]);
    let what = "`i` goes down or stays the same here, and would have to go down";
    assert_eq!(found, [(0, message(what))]);

    // The one that differs from the others; what is in no cycle is not named.
    let uses: &[&str] =
        &["cell[t - 1, x] if t > 0", "cell[t + 1, x] if t + 1 < n", "cell[t - 1, ..] if t > 0"];
    let found =
        problems::<3, 5>([("cell[t in 0..n, x in 0..n]", uses), ("end", &["cell"]), ("last", &["end"])]);
    assert_eq!(found, [(1, message("`t` goes up here, and would have to go down as in other uses"))]);

    let found = problems::<1, 2>([("a[i in 0..n]", &["a[i + 1] if i + 1 < n", "a[n - 1 - i]"])]);
    let what = "`i` may go down or up here, and would have to go up as in other uses";
    assert_eq!(found, [(1, message(what))]);
}

#[test]
fn lines_that_use_each_other_are_named_at_each_use() {
    let found = problems::<2, 2>([("a[i in 0..n]", &["b[i]"]), ("b[j in 0..n]", &["a[j]"])]);
    let what = |index| {
        message(&alloc::format!(
            "`{index}` stays the same here, and would have to go down in one of these uses"
        ))
    };
    assert_eq!(found, [(0, what("i")), (1, what("j"))]);

    let found = problems::<2, 2>([("a[i in 0..n]", &["one"]), ("one", &["a[0]"])]);
    let what = "`i` may go down or up here, and would have to go down in one of these uses";
    assert_eq!(found, [(0, message(what)), (1, message("no index is known to go down here"))]);
}

#[test]
fn a_cycle_that_there_is_for_all_sizes_is_shown() {
    let found = problems::<2, 2>([("a[i in 0..n]", &["b"]), ("b[i in 0..n]", &["a"])]);
    assert_eq!(found.len(), 2);
    assert!(found[0].1.starts_with("dependency cycle: "), "{}", found[0].1);
}
