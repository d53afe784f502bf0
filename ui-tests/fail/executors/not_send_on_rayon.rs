use std::rc::Rc;

use dag_runtime::{Rayon, Serial, dag, task};

#[task]
fn load() -> Rc<u32> {
    Rc::new(1)
}

#[task(depends = [load])]
fn mean(load: &Rc<u32>) -> u32 {
    **load
}

dag! {
    graph Stats -> mean {
        load,
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    Stats.run(&Rayon::new()).unwrap();
}
