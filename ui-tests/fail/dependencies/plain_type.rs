use dag_runtime::{Serial, dag, task};

struct Config;

#[task(depends = [Config])]
fn mean() -> u32 {
    1
}

dag! {
    graph Stats -> mean {
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    let _ = Config;
}
