use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task]
fn mean(#[from(load)] xs: u32) -> u32 {
    xs
}

dag! {
    graph Stats -> mean {
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    load();
}
