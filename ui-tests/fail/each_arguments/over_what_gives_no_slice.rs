use dag_runtime::{Serial, dag, task};

#[task]
fn start() -> f64 {
    1.0
}

#[task]
fn half(x: &f64) -> f64 {
    x / 2.0
}

#[task]
fn halved(x: f64) -> f64 {
    x / 2.0
}

dag! {
    graph One {
        start,
        half(each &start),
        halved(each start),
    }
}

fn main() {
    One.run(&Serial).unwrap();
}
