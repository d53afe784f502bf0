use dag_runtime::{Serial, dag, task};

#[task]
fn load(n: usize) -> Vec<usize> {
    vec![n]
}

#[task(depends = [laod])]
fn mean(load: &[usize]) -> usize {
    load.len()
}

#[task(depends = [load, maen])]
fn report(load: &[usize], mean: usize, digits: usize) -> String {
    format!("{mean:digits$} {}", load.len())
}

dag! {
    graph Stats -> report {
        load(1),
        mean,
        report(3),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
