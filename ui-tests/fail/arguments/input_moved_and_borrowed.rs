use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: String) -> usize {
    path.len()
}

#[task(depends = [load])]
fn report(load: usize, path: &str) -> String {
    format!("{path}: {load}")
}

dag! {
    graph Stats(path: String) -> report {
        load(path),
        report(&path),
    }
}

fn main() {
    Stats { path: String::new() }.run(&Serial).unwrap();
}
