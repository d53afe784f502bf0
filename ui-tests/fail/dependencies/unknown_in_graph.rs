use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task]
fn mean(xs: u32) -> u32 {
    xs
}

dag! {
    graph Stats -> total {
        load,
        meen(load),
        total = men(load),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
