use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task(depends = [load])]
fn mean(load: &u32) -> u32 {
    *load
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
