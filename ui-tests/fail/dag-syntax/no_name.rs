use dag_runtime::{Serial, dag, task};

#[task]
fn load() {}

dag! {
    graph {
        load,
    }
}

dag! {
    graph Stats {
        load,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
