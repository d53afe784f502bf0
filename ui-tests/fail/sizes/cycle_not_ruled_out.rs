// What may be a cycle for some sizes.
use dag_runtime::{Serial, dag, task};

#[task]
fn first() -> u8 {
    0
}

#[task]
fn next(before: &u8) -> u8 {
    *before
}

#[task]
fn cell(before: &[u8], after: &[u8]) -> u8 {
    before.iter().chain(after).sum()
}

dag! {
    graph Halves[n] -> list {
        list[i in 0..n] = next(&list[i / 2]),
    }
}

dag! {
    graph Both[steps, cells] -> cells_of {
        cells_of[t in 0..steps, x in 0..cells] = cell(
            if t > 0 { &cells_of[t - 1, ..] } else { &[] },
            if t + 1 < steps { &cells_of[t + 1, x..=x] } else { &[] },
        ),
    }
}

dag! {
    graph Lines[n] -> there {
        there[i in 0..n] = next(&back[i]),
        back[k in 0..n] = next(if k == 0 { &first } else { &there[k] }),
        first,
    }
}

fn main() {
    Halves { n: 4 }.run(&Serial).unwrap();
    Both { steps: 2, cells: 2 }.run(&Serial).unwrap();
    Lines { n: 2 }.run(&Serial).unwrap();
}
