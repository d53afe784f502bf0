use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn step(before: &f64) -> f64 {
    *before
}

dag! {
    graph Types {
        cell[i in 0..4] = one(i),
        b[i in 0..4] = step(&cell["0"]),
        c[i in 0..4] = step(if i { &cell[0] } else { &1.0 }),
    }
}

fn main() {
    Types.run(&Serial).unwrap();
}
