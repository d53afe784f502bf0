use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: &str) -> String {
    path.to_owned()
}

#[task(depends = [load])]
fn report(load: &str, title: &str) -> String {
    format!("{title}: {load}")
}

dag! {
    graph Files<'a>(path: &'a str) -> report {
        load(path),
        report,
    }
}

fn main() {
    Files { path: "a" }.run(&Serial).unwrap();
}
