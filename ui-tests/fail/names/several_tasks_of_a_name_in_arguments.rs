use dag_runtime::{Serial, dag, task};

mod raw {
    #[dag_runtime::task]
    pub fn load() -> Vec<u32> {
        vec![1]
    }
}

#[task]
fn load() -> Vec<u32> {
    vec![2]
}

#[task]
fn sum(xs: &[u32], more: Vec<u32>) -> u32 {
    xs.iter().chain(&more).sum()
}

dag! {
    graph Sums -> sum {
        raw::load,
        load,
        sum(&load, load),
    }
}

fn main() {
    Sums.run(&Serial).unwrap();
}
