use dag_runtime::{Serial, dag, task};

#[task]
fn load() {}

#[task]
fn mean() {}

#[task]
fn save() {}

dag! {
    graph Stats {
        load,
        mean after load,
        save atfer [load],
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
