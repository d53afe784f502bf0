use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: &str) -> String {
    path.to_owned()
}

#[task]
fn size(text: &str) -> usize {
    text.len()
}

dag! {
    graph Files<'a>(path: &'a str) -> size {
        load(paht),
        size(&laod),
    }
}

fn main() {
    Files { path: "a" }.run(&Serial).unwrap();
}
