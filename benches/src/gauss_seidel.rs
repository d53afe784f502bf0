//! Red-black Gauss-Seidel on rows that tasks take over from each other, beside loops by hand.

use std::hint::black_box;

use dag_runtime::{Rayon, Serial, dag, task};
use serde_json::json;

use crate::allocations;
use crate::measure::{Contender, Sample, run_rounds, timed};
use crate::report::{Record, Table, number};
use crate::{Common, Result};

/// So often each of the two rows is changed in a run.
const SWEEPS: usize = 1_000;
const CELLS: usize = 10_000;

/// The cells of one colour. Cannot be cloned.
struct Row(Vec<f64>);

impl Row {
    fn new(first: f64) -> Self {
        Row((0..CELLS).map(|x| first + (x % 10) as f64).collect())
    }
}

/// New values of one colour, from the neighbours of the other one.
fn change(row: &mut [f64], other: &[f64]) {
    for (cell, sides) in row[1..].iter_mut().zip(other.windows(3)) {
        *cell = 0.5 * *cell + 0.25 * (sides[0] + sides[2]);
    }
}

#[task]
fn start(row: Row) -> Row {
    row
}

#[task]
fn relax(mut row: Row, other: &Row) -> Row {
    change(&mut row.0, &other.0);
    row
}

#[task]
fn ends(red: Row, black: Row) -> [Row; 2] {
    [red, black]
}

dag! {
    // `red[t]` takes what `black[t - 1]` has read, and `black[t]` what `red[t]` has.
    graph Sweeps(first: Row, second: Row) -> ends {
        red[t in 0..SWEEPS] = relax(if t > 0 { red[t - 1] } else { reds }, if t > 0 { &black[t - 1] } else { &blacks }),
        black[t in 0..SWEEPS] = relax(if t > 0 { black[t - 1] } else { blacks }, &red[t]),
        reds = start(first),
        blacks = start(second),
        ends(red[SWEEPS - 1], black[SWEEPS - 1]),
    }
    graph SizedSweeps[sweeps](first: Row, second: Row) -> ends {
        red[t in 0..sweeps] = relax(if t > 0 { red[t - 1] } else { reds }, if t > 0 { &black[t - 1] } else { &blacks }),
        black[t in 0..sweeps] = relax(if t > 0 { black[t - 1] } else { blacks }, &red[t]),
        reds = start(first),
        blacks = start(second),
        ends(red[sweeps - 1], black[sweeps - 1]),
    }
}

fn rows() -> [Row; 2] {
    [Row::new(0.0), Row::new(1.0)]
}

fn by_hand() -> [Row; 2] {
    let [mut red, mut black] = rows();
    for _ in 0..SWEEPS {
        change(&mut red.0, &black.0);
        change(&mut black.0, &red.0);
    }
    [red, black]
}

fn serial() -> [Row; 2] {
    let [first, second] = rows();
    Sweeps { first, second }.run(&Serial).expect("no task fails")
}

fn sized() -> [Row; 2] {
    let [first, second] = rows();
    SizedSweeps { sweeps: SWEEPS, first, second }.run(&Serial).expect("no task fails")
}

fn rayon() -> [Row; 2] {
    let [first, second] = rows();
    Sweeps { first, second }.run(&Rayon::new()).expect("no task fails")
}

/// A way to do all sweeps, with its name.
type Way = (&'static str, fn() -> [Row; 2]);

const WAYS: [Way; 4] =
    [("loops by hand", by_hand), ("Serial", serial), ("Serial, with a size", sized), ("Rayon", rayon)];

pub(crate) fn run(common: &Common) -> Result {
    let mut record = Record::new("gauss_seidel", common.json.as_deref());
    let expected = by_hand();
    let mut allocated = Vec::new();
    for (name, way) in WAYS {
        // The first run makes the table.
        let ends = way();
        if (0..2).any(|k| ends[k].0 != expected[k].0) {
            return Err(format!("{name} gives something else").into());
        }
        allocated.push(allocations::during(|| drop(way())));
    }
    let contender = |(name, way): (&'static str, fn() -> [Row; 2])| {
        Contender::new(name, timed(move |times| (0..times).for_each(|_| drop(black_box(way())))))
    };
    let mut contenders = WAYS.map(contender);
    run_rounds(&mut contenders, common.rounds, Sample::Short);
    let mut table = Table::new(["way", "a run, ms", "ratio", "allocations"]);
    for (contender, allocated) in contenders.iter().zip(allocated) {
        let (seconds, ratio) = (contender.median(), contender.ratio(&contenders[0]));
        let figures = [number(1e3 * seconds), format!("{ratio:.3}"), allocated.to_string()];
        table.row([contender.id.to_owned()].into_iter().chain(figures));
        record.push(
            json!({ "way": contender.id, "seconds": seconds, "ratio": ratio, "allocations": allocated }),
        );
    }
    println!("{SWEEPS} sweeps over two rows of {CELLS} cells. Rows cannot be cloned.\n\n{table}");
    record.save()
}
