use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> usize {
    1
}

dag! {
    graph Stats -> (load, load) {
        load,
    }
}

fn main() {
    let (_first, _second) = Stats.run(&Serial).unwrap();
}
