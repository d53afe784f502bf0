use std::cell::RefCell;

use dag_runtime::{Rayon, Serial, dag, task};

#[task]
fn load(log: &RefCell<Vec<u32>>) -> u32 {
    log.borrow_mut().push(1);
    1
}

dag! {
    graph Stats(log: RefCell<Vec<u32>>) -> load {
        load(&log),
    }
}

fn main() {
    Stats { log: RefCell::default() }.run(&Serial).unwrap();
    Stats { log: RefCell::default() }.run(&Rayon::new()).unwrap();
}
