use dag_runtime::{Serial, dag, task};

#[task]
fn load(part: usize) -> usize {
    part
}

#[task(depends = [load])]
fn mean(load: usize) -> usize {
    load
}

dag! {
    graph Stats -> mean {
        load(1) on 0,
        mean after [load] on 1 % 2,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
