use dag_runtime::{Serial, dag, task};

#[task]
fn add(a: u32, b: u32) -> u32 {
    a + b
}

dag! {
    graph Sums(start: u32) -> third {
        first = add(start, third),
        second = add(first, 1),
        third = add(second, first),
    }
}

fn main() {
    Sums { start: 1 }.run(&Serial).unwrap();
}
