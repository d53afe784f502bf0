use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task(depends = [load])]
fn mean(load: u32) -> u32 {
    load
}

#[task(depends = [mean])]
fn report(mean: u32) -> String {
    mean.to_string()
}

dag! {
    graph Stats -> report {
        mean,
        report,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    load();
}
