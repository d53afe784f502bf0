use dag_runtime::{Serial, dag, task};

const N: usize = 3;

#[task]
fn step(before: &[f64]) -> f64 {
    before.iter().sum()
}

dag! {
    graph Rows {
        upper[i in 0..N] = step(&lower[i, ..]),
        lower[i in 0..N, j in 0..=i] = step(if i == 2 && j == 1 { &upper[i - 1..] } else { &[] }),
    }
}

fn main() {
    Rows.run(&Serial).unwrap();
}
