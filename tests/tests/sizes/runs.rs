//! Runs of graphs with sizes beside each other, inside of each other, and of large ones.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use dag_runtime::{Rayon, Serial, Stop, dag, task};
use dag_tests::{in_time, pool};

#[task]
fn add(before: &[u64], x: usize) -> u64 {
    before.iter().fold(x as u64, |sum, one| sum.wrapping_add(*one))
}

#[task]
fn total(all: &[u64]) -> u64 {
    all.iter().fold(0, |sum, one| sum.wrapping_add(*one))
}

dag! {
    graph Rows[t, x] -> (total, cell) {
        cell[i in 0..t, j in 0..x] = add(if i > 0 { &cell[i - 1, j - 1..=j + 1] } else { &[] }, j),
        total(&cell[t - 1, ..]),
    }
}

/// The same by a plain loop.
fn rows(t: usize, x: usize) -> (u64, Vec<u64>) {
    let mut all: Vec<u64> = (0..x as u64).collect();
    for i in 1..t {
        for j in 0..x {
            let near = &all[(i - 1) * x + j.saturating_sub(1)..(i - 1) * x + x.min(j + 2)];
            let sum = near.iter().fold(j as u64, |sum, one| sum.wrapping_add(*one));
            all.push(sum);
        }
    }
    (all[(t - 1) * x..].iter().fold(0, |sum, one| sum.wrapping_add(*one)), all)
}

#[test]
fn of_a_million_members() {
    for (t, x, threads) in [(1000, 1000, None), (2, 500_000, Some(2)), (200_000, 5, Some(4))] {
        assert_eq!(run_rows(t, x, threads), rows(t, x));
    }
}

fn run_rows(t: usize, x: usize, threads: Option<usize>) -> (u64, Vec<u64>) {
    let graph = Rows { t, x };
    match threads {
        None => graph.run(&Serial).unwrap(),
        Some(threads) => graph.run(&Rayon::on_pool(Arc::clone(pool(threads)))).unwrap(),
    }
}

/// More sizes than tables are kept, on many threads at a time.
#[test]
fn with_different_sizes_at_the_same_time() {
    in_time(|| {
        thread::scope(|scope| {
            for first in 0..8 {
                scope.spawn(move || {
                    for k in 0..60 {
                        let (t, x) = (1 + (first + k) % 7, (k * 5 + first) % 9);
                        let expected = rows(t, x);
                        assert_eq!(run_rows(t, x, None), expected);
                        assert_eq!(run_rows(t, x, Some(2)), expected);
                        assert_eq!(Rows::table(t, x).unwrap().len(), t * x + 1);
                    }
                });
            }
        });
    });
}

#[task]
fn nested(depth: usize, width: usize, i: usize, threads: usize) -> Result<u64, dag_runtime::Error> {
    if depth == 0 {
        return Ok(i as u64 + 1);
    }
    // The same graph, with other sizes, inside of its own run.
    let graph = Nested { depth: depth - 1, width: (width + i) % 4, threads };
    match threads {
        0 => graph.run(&Serial),
        _ => graph.run(&Rayon::on_pool(Arc::clone(pool(threads)))),
    }
}

dag! {
    graph Nested[depth, width](threads: usize) -> total {
        all[i in 0..width] = nested(depth, width, i, threads),
        total(&all),
    }
}

fn nested_sum(depth: usize, width: usize) -> u64 {
    let one = |i| if depth == 0 { i as u64 + 1 } else { nested_sum(depth - 1, (width + i) % 4) };
    (0..width).map(one).sum()
}

#[test]
fn inside_of_each_other() {
    in_time(|| {
        for threads in [0, 1, 2, 4] {
            for (depth, width) in [(0, 4), (1, 3), (5, 3)] {
                let graph = Nested { depth, width, threads };
                let sum = match threads {
                    0 => graph.run(&Serial),
                    _ => graph.run(&Rayon::on_pool(Arc::clone(pool(threads)))),
                };
                assert_eq!(sum.unwrap(), nested_sum(depth, width));
            }
        }
    });
}

/// A table that is used is left alone while those of other sizes come and go.
#[test]
fn a_table_that_is_used_stays() {
    let table = Rows::table(3, 4).unwrap();
    let names = || crate::twins::names(table.order());
    let before = names();
    for x in 0..20 {
        assert_eq!(Rows::table(1, x).unwrap().len(), x + 1);
    }
    assert_eq!(names(), before);
    let again = Rows::table(3, 4).unwrap();
    assert_ne!(again, table, "it is made anew");
    assert_eq!(Rows::table(3, 4).unwrap(), again, "it is kept");
    crate::twins::assert_alike(&table, &again);
}

#[task]
fn stop_at(stop: &Stop, ran: &AtomicUsize, i: usize, at: usize, _before: &[()]) {
    ran.fetch_add(1, Ordering::Relaxed);
    if i == at {
        stop.stop();
    }
}

dag! {
    graph Chain<'a>[n](stop: &'a Stop, ran: &'a AtomicUsize, at: usize) -> link {
        link[i in 0..n] = stop_at(stop, ran, i, at, if i > 0 { &link[i - 1..i] } else { &[] }),
    }
}

#[test]
fn that_are_stopped() {
    let n = 50;
    for at in [0, 20, n - 1] {
        let run = |threads: Option<usize>| {
            let (stop, ran) = (Stop::new(), AtomicUsize::new(0));
            let graph = Chain { n, stop: &stop, ran: &ran, at };
            let result = match threads {
                None => graph.run(&Serial.stop_when(&stop)),
                Some(threads) => graph.run(&Rayon::on_pool(Arc::clone(pool(threads))).stop_when(&stop)),
            };
            assert_eq!(ran.load(Ordering::Relaxed), at + 1);
            match result {
                Ok(links) => assert_eq!((links.len(), at), (n, n - 1)),
                Err(error) => {
                    let skipped: Vec<&str> = error.skipped().collect();
                    let expected: Vec<String> = (at + 1..n).map(|i| format!("link[{i}]")).collect();
                    assert_eq!(skipped, expected);
                }
            }
        };
        [None, Some(1), Some(2), Some(4)].into_iter().for_each(run);
    }
}
