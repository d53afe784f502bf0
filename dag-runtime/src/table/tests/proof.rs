//! What the forms of uses prove.

use alloc::vec;
use alloc::vec::Vec;

use crate::table::delta::Delta::{self, By, Down, DownOrSame, SameOrUp, Unknown, Up};
use crate::table::delta::Form as RowForm;
use crate::table::forms::Forms;
use crate::table::proof::SCRATCH;
use crate::table::{Dim, Line, Proof, RawEdge, Shape};

static TEN: Shape<'static> = Shape::new(&[Dim::range(0, 10), Dim::range(0, 10), Dim::range(0, 10)]);
static NONE: Shape<'static> = Shape::new(&[Dim::range(0, 10), Dim::range(0, 0)]);

type Form = &'static [Delta];

/// What families, which use members of each other in these forms, prove.
fn prove(families: &[&'static Shape<'static>], uses: &[(u32, u32, Option<Form>)]) -> Proof {
    let node = |&shape: &&'static Shape<'static>| Line { shape: Some(shape), ..Line::EMPTY };
    let nodes: Vec<_> = families.iter().map(node).collect();
    let row = |&(node, to, form): &(u32, u32, Option<Form>)| RawEdge {
        node,
        to,
        part: form.is_some(),
        ..RawEdge::EMPTY
    };
    let mut rows: Vec<_> = uses.iter().map(row).collect();
    rows.sort_by_key(|row| row.node);
    let mut sorted = uses.to_vec();
    sorted.sort_by_key(|&(node, ..)| node);
    let forms: Vec<_> = sorted.iter().map(|&(_, _, form)| RowForm::Deltas(form.unwrap_or(&[]))).collect();
    let (ranges, mut known) = (vec![None; nodes.len()], vec![0; rows.len()]);
    let mut forms = Forms { forms: &forms, ranges: &ranges, known: &mut known };
    let mut scratch = vec![0; SCRATCH * nodes.len()];
    Proof::search(&nodes, &rows, &mut forms, true, &mut scratch, &mut vec![false; rows.len()])
}

/// Whether one family that uses itself in these forms is acyclic.
fn is_acyclic(forms: &[Form]) -> bool {
    let uses: Vec<_> = forms.iter().map(|&form| (0, 0, Some(form))).collect();
    prove(&[&TEN], &uses).acyclic
}

#[test]
fn one_direction_is_acyclic() {
    assert!(is_acyclic(&[&[By(-1), Unknown, Unknown]]));
    assert!(is_acyclic(&[&[By(2), By(0), By(0)], &[By(1), Unknown, By(-1)]]));
    // By the second index, whatever the first one does.
    assert!(is_acyclic(&[&[By(-1), By(-1), By(0)], &[By(1), By(-1), By(0)]]));
    assert!(!is_acyclic(&[&[By(-1), By(0), By(0)], &[By(1), By(0), By(0)]]));
    assert!(!is_acyclic(&[&[By(0), By(0), By(0)]]));
    assert!(!is_acyclic(&[&[Unknown, Unknown, Unknown]]));
    assert!(!is_acyclic(&[&[]]));
}

#[test]
fn what_stays_in_one_index_may_move_in_another() {
    assert!(is_acyclic(&[&[By(-1), By(5), By(0)], &[By(0), By(-1), By(3)], &[By(0), By(0), By(1)]]));
    assert!(!is_acyclic(&[&[By(-1), By(5), By(0)], &[By(0), By(-1), By(3)], &[By(0), By(1), By(-3)]]));
}

#[test]
fn an_index_that_may_stay_the_same_makes_no_order_by_itself() {
    assert!(is_acyclic(&[&[Down, Unknown, Unknown]]));
    assert!(is_acyclic(&[&[Up, Unknown, Unknown], &[SameOrUp, By(-1), By(0)]]));
    assert!(!is_acyclic(&[&[DownOrSame, By(0), By(0)]]));
    assert!(!is_acyclic(&[&[SameOrUp, Unknown, Unknown]]));
    assert!(!is_acyclic(&[&[Down, By(0), By(0)], &[SameOrUp, By(0), By(0)]]));
    assert!(!is_acyclic(&[&[DownOrSame, By(1), By(0)], &[Up, By(-1), By(0)]]));
    assert!(is_acyclic(&[&[DownOrSame, By(-1), By(0)], &[Down, By(1), By(0)]]));
}

#[test]
fn an_index_that_is_not_known_goes_both_ways() {
    assert!(!is_acyclic(&[&[By(-1), By(0), By(0)], &[Unknown, By(0), By(0)]]));
    assert!(!is_acyclic(&[&[By(-1), By(0), By(0)], &[]]));
    // A form that ends early leaves the following indices unknown.
    assert!(!is_acyclic(&[&[By(0), By(-1)], &[By(0)]]));
    let down: Option<Form> = Some(&[By(-1)]);
    for other in [&[Unknown][..], &[]] {
        assert!(!prove(&[&TEN; 2], &[(0, 1, down), (1, 0, Some(other))]).acyclic);
    }
}

#[test]
fn only_lines_that_depend_on_each_other_are_compared() {
    let down: Option<Form> = Some(&[By(-1), Unknown, Unknown]);
    let up: Option<Form> = Some(&[By(1), Unknown, Unknown]);
    let same: Option<Form> = Some(&[By(0), Unknown, Unknown]);
    // Two that go in different directions, and one that uses both as a whole.
    assert!(prove(&[&TEN; 3], &[(0, 0, down), (1, 1, up), (2, 0, None), (2, 1, None)]).acyclic);
    assert!(prove(&[&TEN; 3], &[(0, 1, same), (1, 2, same), (2, 0, down)]).acyclic);
    assert!(!prove(&[&TEN; 3], &[(0, 1, up), (1, 2, same), (2, 0, down)]).acyclic);
    assert!(!prove(&[&TEN; 3], &[(0, 1, same), (1, 2, same), (2, 0, Some(&[]))]).acyclic);
}

#[test]
fn whole_lines_in_a_ring_are_cyclic_where_they_have_members() {
    let ring = [(0, 1, None), (1, 2, None), (2, 0, None)];
    let proof = prove(&[&TEN; 3], &ring);
    assert!(proof.cyclic && !proof.acyclic && !proof.needs_expansion());
    let proof = prove(&[&TEN, &NONE, &TEN], &ring);
    assert!(!proof.cyclic && proof.acyclic && !proof.needs_expansion());
    // On a condition, or between some, there may or may not be a cycle.
    let proof = prove(&[&TEN; 3], &[(0, 1, None), (1, 2, None), (2, 0, Some(&[]))]);
    assert!(!proof.cyclic && !proof.acyclic && proof.needs_edges());
}

#[test]
fn many_lines_beside_a_family_are_quick() {
    // A ladder, in which components are found in one pass, and a ring in it that only forms undo.
    let count = 100_000;
    let mut uses: Vec<(u32, u32, Option<Form>)> =
        (1..count).flat_map(|i| [(i, i - 1, None), (i, i / 2, None)]).collect();
    uses.retain(|&(node, to, _)| node != to);
    uses.push((0, 0, Some(&[By(-1), By(0), By(0)])));
    assert!(prove(&vec![&TEN; count as usize], &uses).acyclic);
    uses.push((0, count - 1, Some(&[By(-1), By(0), By(0)])));
    assert!(!prove(&vec![&TEN; count as usize], &uses).acyclic);
}
