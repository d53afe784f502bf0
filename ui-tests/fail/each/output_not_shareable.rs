use dag_runtime::{Rayon, dag, task};
use std::rc::Rc;

#[task]
fn numbers() -> Vec<u32> {
    vec![1]
}

#[task(depends = [numbers], each = numbers)]
fn shared(numbers: u32) -> Rc<u32> {
    Rc::new(numbers)
}

dag! {
    graph Numbers -> shared {
        numbers,
        shared,
    }
}

fn main() {
    Numbers.run(&Rayon::new()).unwrap();
}
