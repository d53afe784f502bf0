use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn step(before: &f64) -> f64 {
    *before
}

fn next(i: isize) -> isize {
    i + 1
}

dag! {
    graph Calls {
        cell[i in 0..4] = one(i),
        a[i in 0..3] = step(&cell[next(i)]),
    }
}

fn main() {
    Calls.run(&Serial).unwrap();
}
