use dag_runtime::{Serial, dag, task};

#[task(crate = dag)]
fn load() {}

dag! {
    graph Stats {
        load,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
