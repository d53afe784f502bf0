//! Tables of graphs whose functions do not always return the same.

use core::sync::atomic::{AtomicUsize, Ordering};

use alloc::boxed::Box;
use alloc::string::ToString as _;

use super::*;
use crate::table::delta::Form;
use crate::table::site::LINE_SITE;
use crate::table::{MemberLayout, Use};

/// A family, and another one whose members take outputs of it.
fn template(expand: fn(&[isize], &mut Expand<'_>)) -> Template {
    let member = Some(MemberLayout { size: 8, align: 8, flagged: true });
    let line = |name| Line { name, member, ..Line::EMPTY };
    let take = RawEdge { node: 1, to: 0, how: Use::Value, part: true, site: LINE_SITE, ..RawEdge::EMPTY };
    let rows: &'static Rows<2, 1> = Box::leak(Box::new(Rows {
        nodes: [line("from"), line("taker")],
        edges: [take],
        forms: [Form::Deltas(&[])],
        ranges: [None; 2],
    }));
    let ranges = |sizes: &[isize], ranges: &mut RangeWriter| {
        for _ in 0..2 {
            ranges.family();
            ranges.fixed((0, sizes[0] as i128));
        }
    };
    Template::new(("G", ""), &["n"], rows, ranges, expand, Proof::sized(rows), true)
}

/// Member `i` takes output `i`; where all take the first, output 0.
fn takes(expand: &mut Expand<'_>, all_the_first: bool) {
    expand.lines(1);
    while expand.member(1) {
        let index = if all_the_first { 0 } else { expand.index(0) };
        expand.one(0, 0, Use::Value, &[index]);
    }
    expand.lines(2);
}

#[test]
fn a_table_in_which_an_output_is_taken_twice_is_never_made() {
    // Only the pass that the table is made from finds it.
    static PASSES: AtomicUsize = AtomicUsize::new(0);
    let template = template(|_, expand| takes(expand, PASSES.fetch_add(1, Ordering::Relaxed) == 1));
    let error = template.make(&[2]).unwrap_err().to_string();
    assert!(error.starts_with("graph `G` with n = 2: `taker[0]` takes the output of `from[0]`"), "{error}");
    assert_eq!(template.make(&[2]).unwrap().len(), 4);
}

#[test]
fn a_table_knows_what_its_uses_choose() {
    let table = template(|_, expand| takes(expand, false)).make(&[3]).unwrap();
    for (member, task) in (3..6).enumerate() {
        crate::table::assert_told(&table, task, 0, 0, member..member + 1);
    }
}
