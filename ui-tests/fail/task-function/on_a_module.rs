use dag_runtime::{Serial, dag, task};

#[task]
mod stages {
    pub fn load() {}
}

#[task]
fn size() {
    stages::load();
}

dag! {
    graph Sizes {
        size,
    }
}

fn main() {
    Sizes.run(&Serial).unwrap();
}
