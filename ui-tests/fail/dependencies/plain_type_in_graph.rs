use dag_runtime::{Serial, dag, task};

struct Config {}

#[task]
fn mean() -> u32 {
    1
}

dag! {
    graph Stats -> mean {
        Config,
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    let _ = Config {};
}
