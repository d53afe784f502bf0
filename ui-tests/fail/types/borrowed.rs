use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<f64> {
    vec![1.0]
}

#[task(depends = [load])]
fn mean(load: &[f32]) -> f32 {
    load.iter().sum()
}

dag! {
    graph Stats -> mean {
        load,
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
