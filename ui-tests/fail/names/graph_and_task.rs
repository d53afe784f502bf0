use dag_runtime::{Serial, dag, task};

#[task]
fn stats() -> u32 {
    1
}

dag! {
    #[allow(non_camel_case_types)]
    graph stats -> total {
        total = stats,
    }
}

fn main() {
    stats {}.run(&Serial).unwrap();
}
