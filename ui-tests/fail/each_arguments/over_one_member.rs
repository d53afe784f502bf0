use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn half(x: &f64) -> f64 {
    x / 2.0
}

dag! {
    graph Member {
        cell[i in 0..4] = one(i),
        half(each &cell[1]),
    }
}

fn main() {
    Member.run(&Serial).unwrap();
}
