#![deny(warnings)]

use dag_runtime::{Rayon, dag, task};

/// Moves, and cannot be cloned.
#[derive(Debug, PartialEq)]
struct Rows(Vec<u32>);

#[task]
fn load(rows: Rows) -> Rows {
    rows
}

#[task(depends = [load])]
fn count(load: &Rows) -> usize {
    load.0.len()
}

#[task(depends = [load])]
fn sorted(mut load: Rows) -> Rows {
    load.0.sort();
    load
}

#[task]
fn first(rows: Rows) -> Option<u32> {
    rows.0.into_iter().next()
}

#[task]
fn pair(both: (Option<u32>, usize)) -> String {
    format!("{both:?}")
}

dag! {
    graph Sorted(rows: Rows) -> (sorted, count) {
        load(rows),
        sorted,
        count = number(3),
    }

    graph First(rows: Rows) -> pair {
        load(rows),
        sorted,
        first({ let mut rows = sorted; rows.0.push(4); rows }),
        count = number(7),
        pair((first, count)),
    }
}

#[task]
fn number(n: usize) -> usize {
    n
}

dag! {
    graph Counted(rows: Rows) -> (load, count) { count, load(rows) }
}

fn main() {
    assert_eq!(Sorted { rows: Rows(vec![2, 1]) }.run(&Rayon::new()).unwrap(), (Rows(vec![1, 2]), 3));
    assert_eq!(First { rows: Rows(vec![6, 5]) }.run(&Rayon::new()).unwrap(), "(Some(5), 7)");
    assert_eq!(Counted { rows: Rows(vec![6]) }.run(&Rayon::new()).unwrap(), (Rows(vec![6]), 1));
}
