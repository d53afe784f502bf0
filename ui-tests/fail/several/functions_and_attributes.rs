use dag_runtime::{Serial, dag, task};

#[task(depends = [load, load], costs = 1, each = load)]
async fn mean<T>((a, b): (T, T)) -> impl Sized {
    (a, b)
}

#[task(cost)]
unsafe fn load(path: &str) -> &str {
    path
}

#[task]
fn report(#[from] mean: &str) {
    println!("{mean}");
}

dag! {
    graph Stats<'a>(path: &'a str) -> (mean, load, report) {
        load(path),
        mean((1, 2)),
        report,
    }
}

fn main() {
    let (_mean, _load, _report) = Stats { path: "a" }.run(&Serial).unwrap();
}
