use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: &str) -> u32 {
    path.len() as u32
}

#[task]
fn mean(xs: u32) -> u32 {
    xs
}

dag! {
    graph Stats<'a>(path: &'a str, path: u32) -> (mean, sum) {
        load(path),
        path = load("x"),
        mean(load) after [lood],
        mean(load),
        #[must_use]
        total = mean(1) on 3,
    }
}

fn main() {
    let (_mean, _sum) = Stats { path: "a" }.run(&Serial).unwrap();
}
