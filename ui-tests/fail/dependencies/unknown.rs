use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task(depends = [laod])]
fn mean(load: u32) -> u32 {
    load
}

dag! {
    graph Stats -> load {
        load,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    mean(1);
}
