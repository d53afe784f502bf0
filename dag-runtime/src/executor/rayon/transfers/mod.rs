//! How many transfers of shared cache lines a task causes, with 1 to 128 threads: the protocol of dynamic runs beside the
//! classic design.
//!
//! Run by `RUSTFLAGS="--cfg dag_transfers" cargo test -p dag-runtime --lib --release transfers`. Prints the tables.

pub(super) mod atomics;
mod designs;
pub(super) mod machine;
mod pool;

use std::format;
use std::io::Write;
use std::string::String;
use std::vec::Vec;

use crate::table::{Line, RawEdge, Table, Use};
use designs::{Setting, classic, ours};
use machine::Counts;

const THREADS: [usize; 8] = [1, 2, 4, 8, 16, 32, 64, 128];
const NANOS: [u64; 3] = [100, 1_000, 10_000];
const SEEDS: u64 = 3;

/// Tasks of a graph, about.
const TASKS: u32 = 8192;
const WIDTH: u32 = 256;

type Design = (&'static str, fn(Setting) -> Counts);
const DESIGNS: [Design; 2] = [("dag-runtime", ours), ("deques", classic)];

fn table(len: u32, dependencies: impl Fn(u32) -> Vec<u32>) -> &'static Table {
    let nodes = (0..len).map(|_| Line { cost: 1, ..Line::EMPTY }).collect();
    let edge = |node, to| RawEdge { node, to, how: Use::Order, ..RawEdge::EMPTY };
    let edges = (0..len).flat_map(|node| dependencies(node).into_iter().map(move |to| edge(node, to)));
    Table::leak("Transfers", nodes, edges.collect())
}

fn shapes() -> [(&'static str, &'static Table); 4] {
    let before = |node: u32| {
        let (row, x) = (node / WIDTH, node % WIDTH);
        let from = x.saturating_sub(1)..(x + 2).min(WIDTH);
        from.filter(move |_| row > 0).map(move |x| (row - 1) * WIDTH + x).collect()
    };
    [
        ("chain", table(TASKS, |node| node.checked_sub(1).into_iter().collect())),
        ("independent", table(TASKS, |_| Vec::new())),
        ("stencil", table(TASKS, before)),
        ("tree", table(TASKS - 1, |node| node.checked_sub(1).map(|above| above / 2).into_iter().collect())),
    ]
}

/// Transfers a task and the longest queue for each number of threads, then where the transfers are.
fn row(shape: (&str, &'static Table), nanos: u64, design: Design) -> String {
    let mut row = format!("| {} | {} | {} |", shape.0, nanos as f64 / 1000.0, design.0);
    let mut places = String::new();
    for threads in THREADS {
        let counts: Vec<Counts> =
            (0..SEEDS).map(|seed| design.1(Setting { table: shape.1, nanos, threads, seed })).collect();
        let transfers = counts.iter().map(|counts| counts.transfers).sum::<u64>() as f64;
        let queue = counts.iter().map(|counts| counts.longest_queue).max().unwrap_or(0);
        let transfers = transfers / SEEDS as f64 / shape.1.len() as f64;
        row += &format!(" {transfers:.2} ({queue}) |");
        // With one ready set for all threads, it is about one for each thread.
        let is_bounded = design.0 == DESIGNS[1].0 || transfers <= threads.max(8) as f64 / 8.0;
        assert!(is_bounded, "{row} exceeds one transfer, or one for 8 threads");
        if threads == 64 {
            places = places_of(&counts[0]);
        }
    }
    row + &places
}

/// The file with the most transfers, and that of the line with the most.
fn places_of(counts: &Counts) -> String {
    let share = |count: u64| 100 * count / counts.transfers.max(1);
    let file = counts.by_file.iter().max_by_key(|&(_, &count)| count);
    file.map_or_else(
        || String::from(" | |"),
        |(file, &count)| {
            format!(" {file}: {} % | {}: {} % |", share(count), counts.hottest_at, share(counts.hottest))
        },
    )
}

#[test]
fn transfers_of_cache_lines() {
    let mut out = std::io::stdout();
    let threads = THREADS.map(|threads| format!("{threads}")).join(" | ");
    writeln!(out, "\n| graph | µs | design | {threads} | most at 64 in | hottest line at 64 |").unwrap();
    writeln!(out, "|---|--:|---|{}---|---|", "--:|".repeat(THREADS.len())).unwrap();
    for shape in shapes() {
        for nanos in NANOS {
            for design in DESIGNS {
                writeln!(out, "{}", row(shape, nanos, design)).unwrap();
            }
        }
    }
}
