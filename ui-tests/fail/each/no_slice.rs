use dag_runtime::{Serial, dag, task};

#[task]
fn count() -> u64 {
    3
}

#[task]
fn name() -> Option<String> {
    None
}

#[task(depends = [count], each = count)]
fn double(count: &u64) -> u64 {
    2 * count
}

#[task(depends = [name], each = name)]
fn greet(name: String) -> String {
    format!("hello {name}")
}

dag! {
    graph Counts -> (double, greet) {
        count,
        name,
        double,
        greet,
    }
}

fn main() {
    Counts.run(&Serial).unwrap();
}
