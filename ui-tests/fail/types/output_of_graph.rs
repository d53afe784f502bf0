use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task(depends = [load])]
fn mean(load: u32) -> f64 {
    f64::from(load)
}

dag! {
    graph Stats -> (mean, load) {
        load,
        mean,
    }
}

fn main() {
    let _both: (u32, f64) = Stats.run(&Serial).unwrap();
}
