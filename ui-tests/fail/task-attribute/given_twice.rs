use dag_runtime::{Serial, dag, task};

#[task]
#[task(cost = 2)]
fn load() {}

dag! {
    graph Stats {
        load,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
