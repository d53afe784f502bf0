use dag_runtime::{Serial, dag, task};

#[task]
fn numbers() -> Vec<u32> {
    vec![1]
}

#[task(depends = [numbers], each = numbers)]
fn add(numbers: u32, other: &u32) -> u32 {
    numbers + other
}

dag! {
    graph Sums -> add {
        numbers,
        add(each &numbers),
    }
}

fn main() {
    Sums.run(&Serial).unwrap();
}
