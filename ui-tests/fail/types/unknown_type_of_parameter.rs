use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: &Strnig) -> usize {
    path.len()
}

#[task(depends = [load])]
fn mean(load: &Uszie) -> usize {
    *load
}

dag! {
    graph Stats(path: String) -> mean {
        load(&path),
        mean,
    }
}

fn main() {
    Stats { path: String::new() }.run(&Serial).unwrap();
}
