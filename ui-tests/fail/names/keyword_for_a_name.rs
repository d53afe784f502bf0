use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

dag! {
    graph Stats -> r#type {
        type = load,
        load,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
