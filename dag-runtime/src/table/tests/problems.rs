//! Moves of outputs that others need, and reads of tasks that are not upstream.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{MOVE_SITE, SITE, Sketch, acyclic_sketch};
use crate::table::native::{HeapColumns, Recorded, SharedMoves};
use crate::table::{Line, Problems, RawEdge, Text, Use};

fn all(problems: &Problems<'_>) -> Vec<(u32, u32, String)> {
    (0..problems.len())
        .map(|k| {
            let problem = problems.problem(k);
            (problem.node, problem.site, problems.message(k).as_str().to_string())
        })
        .collect()
}

/// `t1` moves the output of `t0`, and this many others borrow it.
fn moved(others: u32) -> Sketch {
    let sketch = Sketch::new(20).edge(1, 0, Use::Value).edge(1, 5, Use::Order);
    (2..2 + others).fold(sketch, |sketch, i| sketch.edge(i, 0, Use::Borrow).edge(i, 0, Use::Borrow))
}

const BY_REFERENCE: &str = "take it by reference (`&`), and clone it where a value is needed";

#[test]
fn a_move_names_those_who_need_the_output_too() {
    let several = "`t2`, `t3`, `t4`, `t6`, `t7`, `t8` and 8 more";
    let cases = [
        (moved(0).output(0), "it is an output of the graph: ".to_string()),
        (moved(2).output(0), "it is an output of the graph: ".to_string()),
        (moved(3).edge(19, 0, Use::Value), "`t19` takes it too: ".to_string()),
        (moved(1), "`t2` reads it, and may run later: add `after [t2]` to `t1`, or ".to_string()),
        (moved(2), "`t2` and `t3` read it, and may run later: add `after [t2, t3]` to `t1`, or ".to_string()),
        (
            moved(15),
            format!(
                "{several} read it, and may run later: add `after [t2, t3, t4, t6, t7, t8, …]` to `t1`, or "
            ),
        ),
        (
            moved(2).orders(&[(1, 8), (8, 3)]),
            "`t2` reads it, and may run later: add `after [t2]` to `t1`, or ".to_string(),
        ),
        (moved(2).orders(&[(3, 8), (8, 1)]), "`t3` reads it and depends on `t1`: ".to_string()),
        (
            moved(3).orders(&[(2, 1), (8, 1), (4, 8)]),
            "`t2` and `t4` read it and depend on `t1`: ".to_string(),
        ),
    ];
    for (sketch, reason) in cases {
        let message = format!("`t1` takes the output of `t0` by value, but {reason}{BY_REFERENCE}");
        assert_eq!(all(&sketch.problems())[0], (1, MOVE_SITE, message));
    }
}

#[test]
fn a_second_use_is_at_fault() {
    let message = format!("`t1` takes the output of `t0` by value, but uses it twice: {BY_REFERENCE}");
    let behind = moved(3).edge(1, 0, Use::Borrow);
    assert_eq!(all(&behind.problems()), [(1, SITE + 8, message.clone())]);
    let before = Sketch::new(20).edge(1, 0, Use::Borrow).edge(1, 0, Use::Value);
    assert_eq!(all(&before.problems()), [(1, MOVE_SITE + 1, message)]);
}

#[test]
fn an_output_is_moved_after_all_have_read_it() {
    assert!(moved(3).orders(&[(1, 2), (1, 9), (9, 3), (3, 4)]).problems().is_empty());
    // An indirect move, and an indirect read.
    let indirect = Sketch::new(4).orders(&[(1, 0), (2, 1), (3, 2)]);
    assert!(indirect.clone().indirect(2, 0, Use::Borrow).indirect(3, 0, Use::Value).problems().is_empty());
    assert_eq!(indirect.indirect(3, 0, Use::Borrow).indirect(2, 0, Use::Value).problems().len(), 1);
}

#[test]
fn of_two_moves_by_one_task_the_second_is_at_fault() {
    let problems = Sketch::new(2).edge(1, 0, Use::Value).edge(1, 0, Use::Value).problems();
    assert_eq!(all(&problems).iter().map(|problem| problem.1).collect::<Vec<_>>(), [MOVE_SITE + 1]);
}

#[test]
fn a_copy_and_a_single_move_are_fine() {
    let mut sketch = moved(3);
    sketch.copies[0] = true;
    assert!(sketch.problems().is_empty());
    assert!(moved(0).edge(3, 0, Use::Order).problems().is_empty());
}

#[test]
fn an_indirect_read_has_to_be_upstream() {
    let sketch = Sketch::new(4).orders(&[(0, 1), (1, 2)]);
    assert!(sketch.clone().indirect(0, 2, Use::Borrow).problems().is_empty());
    let problems = sketch.indirect(2, 0, Use::Borrow).indirect(0, 3, Use::Value).indirect(1, 1, Use::Borrow);
    let advice = |i| format!("add it to the `depends` of {i}, or to that of a task that {i} depends on");
    assert_eq!(
        all(&problems.problems()),
        [
            (0, SITE + 3, format!("`t3` is not upstream of `t0`: {}", advice("`t0`"))),
            (1, SITE + 4, "`t1` cannot read its own output".to_string()),
            (2, SITE + 2, format!("`t0` is not upstream of `t2`: {}", advice("`t2`"))),
        ]
    );
}

#[test]
fn more_indirect_reads_than_a_word_has_bits_are_checked() {
    // A chain in which each task reads all before it, and one reads the task after it.
    let len = 300;
    let mut sketch = Sketch::new(len as usize);
    for i in 1..len {
        sketch = sketch.edge(i, i - 1, Use::Order);
        sketch = (0..i).fold(sketch, |sketch, k| sketch.indirect(i, k, Use::Borrow));
    }
    assert!(sketch.problems().is_empty());
    for i in [0, 127, 128, 129, 255, 256, 298] {
        let problems = sketch.clone().indirect(i, i + 1, Use::Borrow).problems();
        assert_eq!(all(&problems).iter().map(|problem| problem.0).collect::<Vec<_>>(), [i]);
    }
}

#[test]
fn cycles_come_first_and_then_moves() {
    let problems = Sketch::new(4)
        .edge(0, 1, Use::Value)
        .edge(1, 0, Use::Order)
        .edge(2, 1, Use::Borrow)
        .indirect(2, 3, Use::Borrow)
        .problems();
    let sites: Vec<_> = all(&problems).iter().map(|problem| problem.1).collect();
    assert_eq!(sites, [SITE, SITE + 1, MOVE_SITE]);
}

#[test]
fn a_text_is_cut_between_characters() {
    let mut text = Text::new();
    text.push_line(&Line { name: "ä", ..Line::EMPTY });
    text.push_number(1_020_304_050);
    assert_eq!(text.as_str(), "`ä`1020304050");
    for _ in 0..1000 {
        text.push("ü");
    }
    assert_eq!(text.as_str().len(), 1024);
    text.push("more");
    assert!(text.as_str().ends_with('ü'));
    let mut text = Text::new();
    text.push("a");
    for _ in 0..1000 {
        text.push("ü");
    }
    assert_eq!(text.as_str().len(), 1023);
}

proptest! {
    #[test]
    fn problems_agree_with_naive_ones(sketch in acyclic_sketch(12, 2), flip in any::<bool>()) {
        let mut sketch = sketch;
        if flip {
            // Reads against the order, mostly.
            for edge in sketch.edges.iter_mut().filter(|edge| edge.indirect) {
                (edge.node, edge.to) = (edge.to, edge.node);
            }
        }
        let rows = sketch.rows();
        let mut expected = naive_moves(&sketch, &rows);
        for row in rows.iter().filter(|row| row.indirect) {
            if row.node != row.to && upstream(&sketch, row.node).contains(&row.to) {
                continue;
            }
            expected.push((row.node, row.site));
        }
        expected.truncate(16);
        let found: Vec<_> =
            all(&sketch.problems()).into_iter().map(|(node, site, _)| (node, site)).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn native_checks_of_moves_agree_with_those_in_constants(sketch in acyclic_sketch(12, 2)) {
        let rows = sketch.rows();
        let lines = sketch.table().lines();
        let edges = Recorded::copied(lines, &rows);
        let moves = SharedMoves::of(lines, &edges);
        let columns = HeapColumns::new(lines, edges);
        prop_assert_eq!(moves.are_ordered(&columns), naive_moves(&sketch, &rows).is_empty());
    }
}

/// A task and all that are upstream of it.
fn upstream(sketch: &Sketch, task: u32) -> Vec<u32> {
    let mut upstream = vec![task];
    let mut done = 0;
    while done < upstream.len() {
        for dependency in sketch.dependencies(upstream[done]) {
            if !upstream.contains(&dependency) {
                upstream.push(dependency);
            }
        }
        done += 1;
    }
    upstream
}

/// The tasks and sites of moves that are not allowed: of outputs of the graph first.
fn naive_moves(sketch: &Sketch, rows: &[RawEdge]) -> Vec<(u32, u32)> {
    let is_move = |row: &&RawEdge| row.how == Use::Value;
    let (mut of_outputs, mut others) = (Vec::new(), Vec::new());
    for row in rows.iter().filter(is_move) {
        if sketch.outputs[row.to as usize] {
            of_outputs.push((row.node, row.move_site()));
            continue;
        }
        let uses = || rows.iter().filter(|other| other.to == row.to && other.how != Use::Order);
        let own: Vec<_> = uses().filter(|other| other.node == row.node).collect();
        let site = if let [.., _, _] = own[..] {
            // The first pair of which one is this move.
            let first = own.iter().position(|own| own.site == row.site).unwrap();
            let second = own[first.max(1)];
            if second.how == Use::Value { second.move_site() } else { second.site }
        } else {
            let upstream = upstream(sketch, row.node);
            let is_fine = |other: &RawEdge| {
                other.node == row.node || other.how != Use::Value && upstream.contains(&other.node)
            };
            if uses().all(is_fine) {
                continue;
            }
            row.move_site()
        };
        if !others.contains(&(row.node, site)) {
            others.push((row.node, site));
        }
    }
    of_outputs.extend(others);
    of_outputs
}
