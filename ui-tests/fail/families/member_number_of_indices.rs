use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn step(before: &f64) -> f64 {
    *before
}

#[task]
fn total(cells: &[f64]) -> f64 {
    cells.iter().sum()
}

dag! {
    graph Count {
        cell[t in 0..4, x in 0..4] = one(t + x),
        few = step(&cell[0]),
        many = step(&cell[0, 1, 2]),
        none = total(&cell[]),
        after_it = one(0) after [cell[1]],
    }
}

fn main() {
    Count.run(&Serial).unwrap();
}
