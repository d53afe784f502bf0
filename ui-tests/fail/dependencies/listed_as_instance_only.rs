use dag_runtime::{Serial, dag, task};

#[task]
fn load(number: u32) -> u32 {
    number
}

#[task(depends = [load])]
fn mean(load: u32) -> u32 {
    load
}

dag! {
    graph Stats -> mean {
        numbers = load(1),
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
