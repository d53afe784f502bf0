//! Dependency cycles.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{SITE, Sketch, any_sketch};
use crate::table::{Problems, Use};

fn message(problems: &Problems<'_>, k: usize) -> String {
    problems.message(k).as_str().to_string()
}

/// The node and site of each problem.
fn places(problems: &Problems<'_>) -> Vec<(u32, u32)> {
    (0..problems.len()).map(|k| (problems.problem(k).node, problems.problem(k).site)).collect()
}

fn ring(len: u32) -> Vec<(u32, u32)> {
    (0..len).map(|i| (i, (i + 1) % len)).collect()
}

#[test]
fn each_edge_of_a_cycle_is_reported_with_the_whole_path() {
    let problems = Sketch::new(4).orders(&[(3, 1), (1, 2), (2, 3), (0, 1), (1, 2)]).problems();
    assert_eq!(places(&problems), [(1, SITE + 1), (2, SITE + 2), (3, SITE)]);
    for k in 0..3 {
        assert_eq!(message(&problems, k), "dependency cycle: `t1` -> `t2` -> `t3` -> `t1`");
    }
}

#[test]
fn an_indirect_read_is_no_part_of_a_cycle() {
    let read = Sketch::new(2).indirect(0, 1, Use::Borrow);
    assert_eq!(places(&read.clone().problems()), [(0, SITE)], "it is not upstream, but that is all");
    let problems = read.orders(&[(0, 1), (1, 0)]).problems();
    assert_eq!(places(&problems), [(0, SITE + 1), (1, SITE + 2)]);
}

#[test]
fn a_longer_way_round_through_an_earlier_task_is_not_taken() {
    let short = [(6, 7), (7, 5), (5, 6)];
    let long = [(6, 1), (1, 2), (2, 3), (3, 6)];
    let problems = Sketch::new(8).orders(&short).orders(&long).problems();
    assert_eq!(message(&problems, 0), "dependency cycle: `t5` -> `t6` -> `t7` -> `t5`");
    assert_eq!(problems.len(), 3);
}

#[test]
fn a_task_on_itself_is_a_cycle() {
    let problems = Sketch::new(2).orders(&[(0, 1), (1, 0), (1, 1)]).problems();
    assert_eq!(places(&problems), [(1, SITE + 2)]);
    assert_eq!(message(&problems, 0), "dependency cycle: `t1` -> `t1`");
}

#[test]
fn cycles_without_a_common_task_are_all_reported() {
    let problems = Sketch::new(5).orders(&[(0, 1), (1, 2), (2, 0), (3, 4), (4, 3), (2, 3)]).problems();
    let messages: Vec<_> = (0..problems.len()).map(|k| message(&problems, k)).collect();
    let (short, long) =
        ("dependency cycle: `t3` -> `t4` -> `t3`", "dependency cycle: `t0` -> `t1` -> `t2` -> `t0`");
    assert_eq!(messages, [short, short, long, long, long]);
}

#[test]
fn a_long_cycle_is_elided_in_the_middle() {
    let names = |from: u32, to: u32| (from..to).map(|i| format!("`t{i}` -> ")).collect::<String>();
    for len in [11, 12, 13, 3000] {
        let problems = Sketch::new(len as usize).orders(&ring(len)).problems();
        assert_eq!(places(&problems), (0..8).map(|i| (i, SITE + i)).collect::<Vec<_>>());
        let middle = match len {
            11 | 12 => names(5, len - 5),
            13 => "... 3 more ... -> ".to_string(),
            _ => "... 2990 more ... -> ".to_string(),
        };
        let expected = format!("dependency cycle: {}{middle}{}`t0`", names(0, 5), names(len - 5, len));
        assert_eq!(message(&problems, 7), expected);
    }
}

#[test]
fn one_wrong_edge_in_a_large_graph_is_found() {
    // A grid, row by row, in which the first task depends on the last one of the tenth row.
    let (rows, columns) = (3000, 30);
    let at = |row: u32, column: u32| row * columns + column;
    let mut edges = vec![(at(0, 0), at(10, 29))];
    for row in 1..rows {
        for column in 0..columns {
            edges.extend([(at(row, column), at(row - 1, column))]);
            edges.extend((column > 0).then(|| (at(row, column), at(row - 1, column - 1))));
        }
    }
    edges.extend((1..columns).map(|column| (at(0, column), at(0, column - 1))));
    let problems = Sketch::new((rows * columns) as usize).orders(&edges).problems();
    // Along the diagonal, then through the first row.
    assert_eq!(
        message(&problems, 0),
        "dependency cycle: `t0` -> `t329` -> `t298` -> `t267` -> `t236` -> ... 20 more ... -> \
         `t5` -> `t4` -> `t3` -> `t2` -> `t1` -> `t0`"
    );
}

/// The lowest-numbered task on a shortest cycle among tasks that are `alive`, and its length.
fn shortest(sketch: &Sketch, alive: &[bool]) -> Option<(u32, usize)> {
    let next = |tasks: &[u32]| -> Vec<u32> {
        let all = tasks.iter().flat_map(|&task| sketch.dependencies(task));
        super::distinct(all.filter(|&i| alive[i as usize]))
    };
    let length = |node: u32| {
        let mut reached = vec![node];
        (1..=sketch.len()).find(|_| {
            reached = next(&reached);
            reached.contains(&node)
        })
    };
    let lengths = sketch.indices().filter(|&i| alive[i as usize]);
    lengths.filter_map(|i| length(i).map(|length| (i, length))).min_by_key(|&(_, length)| length)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn cycles_are_the_shortest(sketch in any_sketch(12, 2)) {
        let mut sketch = sketch;
        sketch.edges.retain(|edge| !edge.indirect);
        sketch.copies.fill(true);
        let problems = sketch.problems();
        let mut alive = vec![true; sketch.len()];
        let mut k = 0;
        while let Some((first, length)) = shortest(&sketch, &alive) {
            let reported = length.min(8).min(16 - k);
            let text = message(&problems, k);
            let path: Vec<u32> = text
                .trim_start_matches("dependency cycle: ")
                .split(" -> ")
                .map(|name| name.trim_matches(&['`', 't'][..]).parse().unwrap())
                .collect();
            prop_assert_eq!(path.len(), length + 1);
            prop_assert_eq!((path[0], path[length]), (first, first));
            for (i, pair) in path.windows(2).enumerate() {
                let edge = |edge: &super::Edge| (edge.node, edge.to) == (pair[0], pair[1]);
                let site = sketch.edges.iter().position(edge).map(|at| SITE + at as u32);
                prop_assert!(site.is_some() && alive[pair[0] as usize]);
                if i < reported {
                    prop_assert_eq!(places(&problems)[k + i], (pair[0], site.unwrap()));
                    prop_assert_eq!(message(&problems, k + i), text.clone());
                }
            }
            for &i in &path {
                alive[i as usize] = false;
            }
            k += reported;
            if k == 16 {
                break;
            }
        }
        prop_assert_eq!(problems.len(), k);
    }
}
