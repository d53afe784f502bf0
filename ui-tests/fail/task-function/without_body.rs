use dag_runtime::{Serial, dag, task};

trait Source {
    #[task]
    fn load(&self) -> usize;

    #[task]
    fn limit() -> usize;
}

#[task]
fn size() {}

dag! {
    graph Sizes {
        size,
    }
}

impl Source for () {
    fn load(&self) -> usize {
        1
    }

    fn limit() -> usize {
        1
    }
}

fn main() {
    Sizes.run(&Serial).unwrap();
}
