use dag_runtime::{Serial, dag, task};

#[task]
fn load() {}

dag! {
    graph Stats {
        load,
    }

    graph Stats {
        again = load,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
