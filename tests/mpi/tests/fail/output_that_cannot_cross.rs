use dag_runtime::{Mpi, Serial, dag, task};

struct Handle(*const u8);
unsafe impl Send for Handle {}
unsafe impl Sync for Handle {}

#[task]
fn open() -> Handle {
    Handle(std::ptr::null())
}

#[task]
fn is_null(open: &Handle) -> bool {
    open.0.is_null()
}

dag! {
    graph Check -> is_null { open, is_null(&open) }
}

fn main() {
    let _ = Check.run(&Serial);
    let _ = Check.run(&Mpi::init().unwrap());
}
