use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

dag! {
    graph Stats -> Vec<u32> {
        load,
    }
}

dag! {
    graph Other -> [load] {
        load,
    }
}

fn main() {
    let _ = Stats.run(&Serial);
    let _ = Other.run(&Serial);
}
