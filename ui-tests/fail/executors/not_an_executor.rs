use dag_runtime::{dag, task};

#[task]
fn load() -> u32 {
    1
}

dag! {
    graph Stats -> load {
        load,
    }
}

struct Threads;

fn main() {
    Stats.run(&Threads).unwrap();
    Stats.run(&4).unwrap();
}
