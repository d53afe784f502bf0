//! Inputs that only one thread may change, or share.

use std::cell::Cell;
use std::rc::Rc;

use dag_runtime::{Rayon, dag, task};

#[task]
fn count(count: &mut Rc<Cell<u32>>) {
    count.set(1);
}

#[task]
fn set(cell: &mut Cell<u32>) {
    cell.set(1);
}

#[task]
fn get(cell: &Cell<u32>) -> u32 {
    cell.get()
}

dag! {
    graph NotSend<'a>(of: &'a mut Rc<Cell<u32>>) {
        count(&mut *of),
    }

    graph NotSync<'a>(cell: &'a mut Cell<u32>) -> get {
        set(cell),
        get(&*cell) after [set],
    }
}

fn main() {
    let _ = NotSend { of: &mut Rc::new(Cell::new(0)) }.run(&Rayon::new());
    let _ = NotSync { cell: &mut Cell::new(0) }.run(&Rayon::new());
}
