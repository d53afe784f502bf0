use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<Recrod> {
    Vec::new()
}

#[task(depends = [load])]
fn count(load: &[u32]) -> usize {
    load.len()
}

dag! {
    graph Stats -> count {
        load,
        count,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
