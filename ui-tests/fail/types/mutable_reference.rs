use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![2, 1]
}

#[task(depends = [load])]
fn sort(load: &mut Vec<u32>) {
    load.sort();
}

dag! {
    graph Sorted {
        load,
        sort,
    }
}

fn main() {
    Sorted.run(&Serial).unwrap();
}
