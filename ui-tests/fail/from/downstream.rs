use dag_runtime::{Serial, dag, task};

#[task]
fn load(#[from(mean)] guess: &u32) -> u32 {
    *guess
}

#[task(depends = [load])]
fn mean(load: u32) -> u32 {
    load
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
