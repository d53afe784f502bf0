//! An output that cannot be sent to another thread, of a task with `when`.

use std::rc::Rc;

use dag_runtime::{Rayon, Serial, dag, task};

#[task]
fn local(n: u32) -> Rc<u32> {
    Rc::new(n)
}

dag! {
    graph Local(plot: bool) {
        a = local(1) when plot,
        b[i in 0..3] = local(i as u32) when i > 1,
    }
}

fn main() {
    Local { plot: true }.run(&Serial).unwrap();
    Local { plot: true }.run(&Rayon::new()).unwrap();
}
