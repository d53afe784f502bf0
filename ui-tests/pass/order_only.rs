#![deny(warnings)]

use std::cell::RefCell;

use dag_runtime::{Serial, dag, task};

#[task]
fn step(this: u32, log: &RefCell<Vec<u32>>) {
    log.borrow_mut().push(this);
}

dag! {
    graph Readme<'a>(log: &'a RefCell<Vec<u32>>) {
        t1 = step(1, log) after [t2, t3],
        t2 = step(2, log) after [t4],
        t3 = step(3, log) after [t5, t6],
        t4 = step(4, log),
        t5 = step(5, log),
        t6 = step(6, log),
        t7 = step(7, log),
        t8 = step(8, log) after [t9],
        t9 = step(9, log),
    }
}

fn main() {
    let log = RefCell::new(Vec::new());
    Readme { log: &log }.run(&Serial).unwrap();
    assert_eq!(log.into_inner(), [4, 2, 5, 6, 3, 1, 7, 9, 8]);
}
