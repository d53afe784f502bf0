use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn total(cells: &[f64]) -> f64 {
    cells.iter().sum()
}

dag! {
    graph Empty {
        a[i in 0..4] = one(i),
        total(&a[]),
        b = total(&a[,]),
    }
}

fn main() {
    Empty.run(&Serial).unwrap();
}
