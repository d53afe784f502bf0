use dag_runtime::{Serial, dag, task};

#[task]
struct Load {
    path: String,
}

#[task]
fn size(load: &Load) -> usize {
    load.path.len()
}

dag! {
    graph Sizes(load: Load) -> size {
        size(&load),
    }
}

fn main() {
    Sizes { load: Load { path: String::new() } }.run(&Serial).unwrap();
}
