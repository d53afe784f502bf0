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
        cell[i in 0..4] = one(i),
        total(cell[1..3]),
    }
}

fn main() {
    Sums.run(&Serial).unwrap();
}
