use dag_runtime::{Serial, dag, task};

fn load() -> u32 {
    1
}

#[task]
fn mean(number: u32) -> u32 {
    number
}

dag! {
    graph Stats -> mean {
        load,
        mean(1),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    load();
}
