use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task]
fn limits() -> u32 {
    2
}

#[task(depends = [load])]
fn mean(load: u32, #[from(limits)] most: u32) -> u32 {
    load.min(most)
}

dag! {
    graph Stats -> mean {
        load,
        limits,
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
