use dag_runtime::{Serial, dag, task};

fn effort() -> u64 {
    10
}

#[task(cost = effort())]
fn load() {}

dag! {
    graph Stats {
        load,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    effort();
}
