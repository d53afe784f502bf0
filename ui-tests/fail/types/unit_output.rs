use dag_runtime::{Serial, dag, task};

#[task]
fn load() {
    println!("loading");
}

#[task(depends = [load])]
fn mean(load: &[f64]) -> f64 {
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
