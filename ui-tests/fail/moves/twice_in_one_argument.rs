use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task]
fn zip(pair: (Vec<u32>, Vec<u32>)) -> usize {
    pair.0.len() + pair.1.len()
}

dag! {
    graph Zip -> zip {
        load,
        zip((load, load)),
    }
}

fn main() {
    Zip.run(&Serial).unwrap();
}
