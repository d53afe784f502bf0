use dag_runtime::{Serial, dag, task};

const THREADS: u64 = 0;

#[task(cost = 100 / THREADS)]
fn load() -> u64 {
    1
}

dag! {
    graph Costly -> load {
        load,
    }
}

fn main() {
    let _ = Costly.run(&Serial);
}
