use dag_runtime::{Serial, dag, task};

#[task(depends = [back])]
fn forth() {}

#[task(depends = [forth])]
fn back() {}

#[task]
fn size(size: usize) -> usize {
    size
}

dag! {
    graph Walk<T, const N: usize>(steps: [T; N]) -> size {
        forth,
        back,
        size(steps.len()),
    }
}

fn main() {
    Walk { steps: [1, 2, 3] }.run(&Serial).unwrap();
}
