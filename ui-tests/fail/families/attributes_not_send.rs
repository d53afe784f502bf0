use dag_runtime::{Rayon, dag, task};

use std::rc::Rc;

#[task]
fn shared(i: usize) -> Rc<usize> {
    Rc::new(i)
}

dag! {
    graph Local {
        cell[i in 0..3] = shared(i),
    }
}

fn main() {
    Local.run(&Rayon::new()).unwrap();
}
