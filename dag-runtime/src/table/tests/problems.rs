//! Moves of outputs that others need, and reads of tasks that are not upstream.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{MOVE_SITE, SITE, Sketch, acyclic_sketch};
use crate::table::{Line, Problems, Text, Use};

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

#[test]
fn a_move_names_those_who_need_the_output_too() {
    let cases = [
        (moved(0).output(0), "it is an output of the graph"),
        (moved(0).edge(1, 0, Use::Borrow), "uses it twice"),
        (moved(1), "`t2` needs it too"),
        (moved(1).output(0), "`t2` and the graph's outputs need it too"),
        (moved(2), "`t2` and `t3` need it too"),
        (moved(3), "`t2`, `t3` and `t4` need it too"),
        (moved(3).edge(1, 0, Use::Borrow), "`t2`, `t3` and `t4` need it too"),
        (moved(3).output(0), "`t2`, `t3`, `t4` and the graph's outputs need it too"),
        (moved(15), "`t2`, `t3`, `t4` and 12 more need it too"),
        (moved(15).output(0), "`t2`, `t3`, `t4`, 12 more and the graph's outputs need it too"),
    ];
    for (sketch, reason) in cases {
        let message = alloc::format!(
            "`t1` takes the output of `t0` by value, but {reason}: \
             take it by reference (`&`), and clone it where a value is needed"
        );
        assert_eq!(all(&sketch.problems()), [(1, MOVE_SITE, message)]);
    }
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
    let advice =
        |i| alloc::format!("add it to the `depends` of {i}, or to that of a task that {i} depends on");
    assert_eq!(
        all(&problems.problems()),
        [
            (0, SITE + 3, alloc::format!("`t3` is not upstream of `t0`: {}", advice("`t0`"))),
            (1, SITE + 4, "`t1` cannot read its own output".to_string()),
            (2, SITE + 2, alloc::format!("`t0` is not upstream of `t2`: {}", advice("`t2`"))),
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
        let mut expected = Vec::new();
        for (k, row) in rows.iter().enumerate() {
            let reads = rows.iter().filter(|other| other.to == row.to && other.how != Use::Order).count();
            let needed = reads + usize::from(sketch.outputs[row.to as usize]);
            let again = rows[k + 1..]
                .iter()
                .any(|later| (later.node, later.to, later.how) == (row.node, row.to, Use::Value));
            if row.how == Use::Value && !sketch.copies[row.to as usize] && needed > 1 && !again {
                expected.push((row.node, row.move_site()));
            }
        }
        for row in rows.iter().filter(|row| row.indirect) {
            let mut upstream = vec![row.node];
            let mut done = 0;
            while done < upstream.len() {
                for dependency in sketch.dependencies(upstream[done]) {
                    if !upstream.contains(&dependency) {
                        upstream.push(dependency);
                    }
                }
                done += 1;
            }
            if !upstream.contains(&row.to) {
                expected.push((row.node, row.site));
            }
        }
        expected.truncate(16);
        let found: Vec<_> =
            all(&sketch.problems()).into_iter().map(|(node, site, _)| (node, site)).collect();
        prop_assert_eq!(found, expected);
    }
}
