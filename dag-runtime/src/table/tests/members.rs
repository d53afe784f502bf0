//! Messages about problems of members.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::plan::{Choice, LineSpec, Part, Plan, Sum};
use crate::table::site::LINE_SITE;
use crate::table::{Expand, Expanded, Problems, Proof, Rows, Use};

fn sum(factors: &[isize], constant: isize) -> Sum {
    Sum { factors: factors.to_vec(), constant }
}

/// A line whose ranges `lo..hi` do not vary.
fn line(ranges: &[(isize, isize)], uses: Vec<Part>) -> LineSpec {
    let range = |(k, &(lo, hi)): (usize, &(isize, isize))| (sum(&vec![0; k], lo), sum(&vec![0; k], hi));
    let ranges = ranges.iter().enumerate().map(range).collect();
    LineSpec { ranges, attribute: vec![], uses, output: false }
}

/// `0..=0`, `0..=1` and so on.
fn triangle(len: isize, uses: Vec<Part>) -> LineSpec {
    let ranges = vec![(sum(&[], 0), sum(&[], len)), (sum(&[0], 0), sum(&[1], 1))];
    LineSpec { ranges, attribute: vec![], uses, output: false }
}

fn uses(to: u32, how: Use, choice: Choice) -> Part {
    Part { to, how, choice, condition: sum(&[], 0) }
}

fn one(to: u32, indices: &[Sum]) -> Part {
    uses(to, Use::Borrow, Choice::One(indices.to_vec()))
}

/// The problems of a graph with this many lines, rows, tasks and edges, found as at compile time: line, site and
/// message of each.
fn problems<const LINES: usize, const ROWS: usize, const TASKS: usize, const EDGES: usize>(
    lines: [LineSpec; LINES],
) -> Vec<(u32, u32, String)> {
    let plan = Plan { lines: lines.to_vec() };
    let (edges, forms) = plan.rows();
    let rows: &'static Rows<LINES, ROWS> = Box::leak(Box::new(Rows {
        nodes: plan.nodes().try_into().unwrap(),
        edges: edges.try_into().unwrap(),
        forms: forms.try_into().unwrap(),
        ranges: [None; LINES],
    }));
    let proof = Proof::of(rows, false);
    assert_eq!(proof.members(rows), TASKS);
    if proof.needs_edges() {
        let mut count = Expand::counting(rows);
        plan.expand(&mut count);
        assert_eq!(count.edge_count(), EDGES);
    }
    let expanded: &'static mut Expanded<TASKS, EDGES> = Box::leak(Box::new(Expanded::EMPTY));
    plan.expand(&mut expanded.expand(rows));
    let problems = Problems::find_members(rows, &proof, expanded);
    let one = |k| {
        let problem = problems.problem(k);
        (problem.node, problem.site, problems.message(k).as_str().to_string())
    };
    (0..problems.len()).map(one).collect()
}

#[test]
fn a_cycle_names_members() {
    let own = one(0, &[sum(&[1, 0], 0), sum(&[0, 1], 0)]);
    let cell = line(&[(0, 3), (5, 7)], vec![own]);
    let expected = "dependency cycle: `a[0, 5]` -> `a[0, 5]`".to_string();
    assert_eq!(problems::<1, 1, 6, 6>([cell]), [(0, LINE_SITE, expected)]);

    // Each with the member of the other, and one of them with a single task.
    let there = line(&[(0, 4)], vec![one(1, &[sum(&[1], 0)]), uses(2, Use::Order, Choice::Whole)]);
    let back = line(&[(0, 4)], vec![one(0, &[sum(&[1], 0)])]);
    let single = line(&[], vec![one(0, &[sum(&[], 2)])]);
    let shortest = "dependency cycle: `a[0]` -> `b[0]` -> `a[0]`".to_string();
    assert_eq!(
        problems::<3, 4, 9, 13>([there, back, single]),
        [(0, LINE_SITE, shortest.clone()), (1, LINE_SITE, shortest)],
        "with a member goes its family"
    );
}

#[test]
fn a_long_cycle_through_one_family_is_reported_at_each_use() {
    // Each on the one before it, the first one on the last.
    let back = Part { condition: sum(&[1], -1), ..one(0, &[sum(&[1], -1)]) };
    let wrong = Part { condition: sum(&[-1], 0), ..one(0, &[sum(&[0], 19)]) };
    let found = problems::<1, 2, 20, 20>([line(&[(0, 20)], vec![back, wrong])]);
    let message = "dependency cycle: `a[0]` -> `a[19]` -> `a[18]` -> `a[17]` -> `a[16]` -> ... 10 more ... -> \
                   `a[5]` -> `a[4]` -> `a[3]` -> `a[2]` -> `a[1]` -> `a[0]`";
    assert_eq!(found, [(0, LINE_SITE + 1, message.to_string()), (0, LINE_SITE, message.to_string())]);
}

#[test]
fn a_cycle_of_whole_lines_names_lines() {
    // The members have ten billion edges between them.
    let on = |to| uses(to, Use::Order, Choice::Whole);
    let part = one(0, &[sum(&[0], 200_000)]);
    let lines = [
        line(&[(0, 100_000)], vec![on(1)]),
        line(&[(0, 100_000)], vec![part, on(0)]),
        // An empty family, which orders nothing.
        line(&[(0, 0)], vec![on(2), on(0)]),
        line(&[], vec![on(2)]),
    ];
    let cycle = "dependency cycle: `a` -> `b` -> `a`".to_string();
    let out_of_range = "`b[0]` asks for `a[200000]`: the first index of `a` is in 0..100000".to_string();
    assert_eq!(
        problems::<4, 6, 0, 0>(lines),
        [(1, LINE_SITE, out_of_range), (0, LINE_SITE, cycle.clone()), (1, LINE_SITE + 1, cycle)]
    );
}

#[test]
fn a_use_outside_of_its_family_says_what_is_inside() {
    let cell = |t: isize, x: isize| one(0, &[sum(&[1, 0], t), sum(&[0, 1], x)]);
    let heat = line(&[(0, 100), (-8, 64)], vec![cell(-1, 0), cell(-1, 1)]);
    let row = uses(0, Use::Borrow, Choice::Some(vec![sum(&[], 100)], sum(&[], 2), sum(&[], 5)));
    let whole_row =
        uses(0, Use::Borrow, Choice::Some(vec![sum(&[], -1)], sum(&[], isize::MIN), sum(&[], isize::MAX)));
    let total = line(&[], vec![row, whole_row, one(0, &[sum(&[], 99), sum(&[], -9)])]);
    let messages: Vec<_> = problems::<2, 5, 0, 0>([heat, total]).into_iter().collect();
    let message = |text: &str| text.to_string();
    assert_eq!(
        messages,
        [
            (0, LINE_SITE, message("`a[0, -8]` asks for `a[-1, -8]`: the first index of `a` is in 0..100")),
            (
                0,
                LINE_SITE + 1,
                message("`a[0, -8]` asks for `a[-1, -7]`: the first index of `a` is in 0..100")
            ),
            (1, LINE_SITE, message("`b` asks for `a[100, 2..5]`: the first index of `a` is in 0..100")),
            (1, LINE_SITE + 1, message("`b` asks for `a[-1, ..]`: the first index of `a` is in 0..100")),
            (1, LINE_SITE + 2, message("`b` asks for `a[99, -9]`: the second index of `a` is in -8..64")),
        ]
    );

    let user = |indices: [isize; 2]| vec![one(0, &indices.map(|index| sum(&[], index)))];
    let found =
        problems::<3, 2, 0, 0>([triangle(5, vec![]), line(&[], user([2, 3])), line(&[], user([5, 0]))]);
    let messages: Vec<_> = found.iter().map(|(_, _, message)| &**message).collect();
    assert_eq!(
        messages,
        [
            "`b` asks for `a[2, 3]`: the second index of `a[2, ..]` is in 0..3",
            "`c` asks for `a[5, 0]`: the first index of `a` is in 0..5"
        ]
    );

    let mut late = triangle(5, vec![]);
    late.ranges[1].0 = sum(&[0], 1);
    let found = problems::<3, 2, 0, 0>([late, line(&[(3, 3)], vec![]), {
        line(&[], vec![one(0, &[sum(&[], 0), sum(&[], 0)]), one(1, &[sum(&[], 3)])])
    }]);
    let messages: Vec<_> = found.iter().map(|(_, _, message)| &**message).collect();
    assert_eq!(
        messages,
        [
            "`c` asks for `a[0, 0]`: the second index of `a[0, ..]` has no values",
            "`c` asks for `b[3]`: `b` has no members"
        ]
    );
}

#[test]
fn a_move_names_members_once_a_use() {
    let take = |to, index: Sum| uses(to, Use::Value, Choice::One(vec![index]));
    let tile = line(&[(0, 4)], vec![]);
    // All take the same one.
    let greedy = line(&[(0, 3)], vec![take(0, sum(&[0], 3))]);
    let found = problems::<2, 1, 7, 3>([tile.clone(), greedy]);
    let advice = "take it by reference (`&`), and clone it where a value is needed";
    let message = alloc::format!(
        "`b[0]` takes the output of `a[3]` by value, but `b[1]` and `b[2]` take it too: {advice}"
    );
    assert_eq!(found, [(1, LINE_SITE, message)]);

    // Each takes its own, which is an output of the graph.
    let mut output = tile.clone();
    output.output = true;
    let own = line(&[(1, 4)], vec![take(0, sum(&[1], 0))]);
    let found = problems::<2, 1, 7, 3>([output, own.clone()]);
    let message = alloc::format!(
        "`b[1]` takes the output of `a[1]` by value, but it is an output of the graph: {advice}"
    );
    assert_eq!(found, [(1, LINE_SITE, message)]);
    assert_eq!(problems::<2, 1, 7, 3>([tile, own]), []);
}

#[test]
fn an_indirect_read_is_of_all_members() {
    let mut reader = line(&[(0, 2)], vec![one(1, &[sum(&[1], 0)])]);
    reader.attribute.push((0, Use::Borrow, true));
    let middle = line(&[(0, 2)], vec![one(0, &[sum(&[1], 0)])]);
    let found = problems::<3, 3, 6, 8>([line(&[(0, 2)], vec![]), middle, reader]);
    let message = "`a[1]` is not upstream of `c[0]`: \
                   add it to the `depends` of `c`, or to that of a task that `c` depends on";
    assert_eq!(found, [(2, 0, message.to_string())]);
}
