use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<f64> {
    vec![1.0]
}

#[task]
fn mean(xs: &[f32]) -> f32 {
    xs.iter().sum()
}

dag! {
    graph Stats -> mean {
        load,
        mean(&load),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
