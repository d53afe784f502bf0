use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task(depends = [load])]
fn zip(load: Vec<u32>, #[from(load)] again: &[u32]) -> usize {
    load.len() + again.len()
}

dag! {
    graph Zip -> zip {
        load,
        zip,
    }
}

fn main() {
    Zip.run(&Serial).unwrap();
}
