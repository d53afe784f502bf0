use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Members {
        cell[i in 0..4] = one(i) on i,
        a = one(0) on cell[0],
    }
}

fn main() {
    Members.run(&Serial).unwrap();
}
