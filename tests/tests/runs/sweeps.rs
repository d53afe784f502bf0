//! Rows that tasks take over from each other, each after others have read it.

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

#[task]
fn row(color: usize, cells: usize) -> Row {
    Row((0..cells).map(|x| (color + 3 * x % 7) as f64).collect())
}

/// A row of cells, which cannot be cloned.
struct Row(Vec<f64>);

/// New values of one colour, from the other one's.
#[task]
fn relax(mut old: Row, other: &Row) -> Row {
    let last = other.0.len() - 1;
    for (x, cell) in old.0.iter_mut().enumerate() {
        *cell = (*cell + other.0[x.saturating_sub(1)] + other.0[(x + 1).min(last)]) / 3.0;
    }
    old
}

#[task]
fn all(red: &Row, black: &Row) -> f64 {
    red.0.iter().chain(&black.0).sum()
}

dag! {
    // `red[t]` takes `red[t - 1]`, which `black[t - 1]` has read, and `black[t]` takes what `red[t]` has read.
    graph Sweeps(cells: usize) -> all {
        red[t in 0..50] = relax(
            if t > 0 { red[t - 1] } else { reds },
            if t > 0 { &black[t - 1] } else { &blacks },
        ),
        black[t in 0..50] = relax(if t > 0 { black[t - 1] } else { blacks }, &red[t]),
        reds = row(0, cells),
        blacks = row(1, cells),
        all(&red[49], &black[49]),
    }
    graph SizedSweeps[sweeps](cells: usize) -> all {
        red[t in 0..sweeps] = relax(
            if t > 0 { red[t - 1] } else { reds },
            if t > 0 { &black[t - 1] } else { &blacks },
        ),
        black[t in 0..sweeps] = relax(if t > 0 { black[t - 1] } else { blacks }, &red[t]),
        reds = row(0, cells),
        blacks = row(1, cells),
        all(&red[sweeps - 1], &black[sweeps - 1]),
    }
}

fn by_hand(sweeps: usize, cells: usize) -> f64 {
    let (mut red, mut black) = (row(0, cells), row(1, cells));
    for _ in 0..sweeps {
        red = relax(red, &black);
        black = relax(black, &red);
    }
    all(&red, &black)
}

#[test]
fn sweeps_go_back_and_forth_in_two_rows() {
    Everywhere::new().each(|executor| {
        assert_eq!(Sweeps { cells: 30 }.run(executor).unwrap(), by_hand(50, 30));
    });
    Everywhere::new().each(|executor| {
        for sweeps in [1, 2, 17] {
            assert_eq!(SizedSweeps { sweeps, cells: 30 }.run(executor).unwrap(), by_hand(sweeps, 30));
        }
    });
    const { assert!(!SizedSweeps::PROVEN.moved_once) };
}
