use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn total(cells: Vec<f64>) -> f64 {
    cells.iter().sum()
}

dag! {
    graph Sums -> total {
        cell[t in 0..4, x in 0..3] = one(t + x),
        total(cell),
    }
}

fn main() {
    Sums.run(&Serial).unwrap();
}
