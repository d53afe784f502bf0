use dag_runtime::{Serial, dag, task};

#[task]
fn squares(most: u32) -> impl Iterator<Item = u32> {
    (0..most).map(|x| x * x)
}

#[task(depends = [squares])]
fn total(#[from(squares)] all: Vec<u32>) -> u32 {
    all.iter().sum()
}

dag! {
    graph Squares(most: u32) -> total {
        squares(most),
        total,
    }
}

fn main() {
    Squares { most: 3 }.run(&Serial).unwrap();
}
