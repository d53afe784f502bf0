use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1, 2]
}

#[task(depends = [load])]
fn mean(load: &[u32]) -> f64 {
    let sum: u32 = load.iter().sum();
    sum / load.len()
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
