use dag_runtime::{Serial, dag, task};

#[task("load")]
fn load() {}

dag! {
    graph Stats {
        load,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
