use dag_runtime::{Serial, dag, task};

#[task]
fn total(numbers: impl Iterator<Item = u32>) -> u32 {
    numbers.sum()
}

dag! {
    graph Total -> total {
        total(0..3),
    }
}

fn main() {
    Total.run(&Serial).unwrap();
}
