use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task(depends = [laod])]
fn mean(laod: u32) -> u32 {
    laod
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
