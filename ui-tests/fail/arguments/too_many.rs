use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: &str) -> String {
    path.to_owned()
}

dag! {
    graph Files<'a>(path: &'a str) -> load {
        load(path, 10),
    }
}

fn main() {
    Files { path: "a" }.run(&Serial).unwrap();
}
