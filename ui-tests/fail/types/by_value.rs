use dag_runtime::{Serial, dag, task};

#[task]
fn count() -> u32 {
    1
}

#[task(depends = [count])]
fn share(count: f64) -> f64 {
    1.0 / count
}

dag! {
    graph Stats -> share {
        count,
        share,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
