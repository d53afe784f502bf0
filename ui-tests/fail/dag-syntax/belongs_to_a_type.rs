//! An associated function is not a task.

use dag_runtime::{Serial, dag, task};

struct Point(u32);

impl Point {
    fn new(x: u32) -> Self {
        Point(x)
    }
}

#[task]
fn length(list: &Vec<u32>) -> usize {
    list.len()
}

dag! {
    graph Functions -> (length, point) {
        list = Vec::new(),
        point = Point::new(1),
        length(&list),
    }

    graph Unnamed -> length {
        std::vec::Vec::with_capacity(1),
        length(&with_capacity),
    }
}

fn main() {
    let (length, point) = Functions.run(&Serial).unwrap();
    assert_eq!(length, Point::new(1).0 as usize + point.0 as usize);
}
