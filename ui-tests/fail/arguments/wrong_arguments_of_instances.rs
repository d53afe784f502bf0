use dag_runtime::{Serial, dag, task};

#[task]
fn add(a: u32, b: u32) -> u32 {
    a + b
}

dag! {
    graph Sums -> third {
        first = add(1),
        second = add(first, "2"),
        third = add(first, second, 3),
        fourth = add,
    }
}

fn main() {
    Sums.run(&Serial).unwrap();
}
