use dag_runtime::{Serial, dag, task};

#[task]
unsafe fn read(address: usize) -> u8 {
    unsafe { *(address as *const u8) }
}

#[task(depends = [read])]
fn twice(read: u8) -> u8 {
    read * 2
}

dag! {
    graph Memory -> twice {
        read(1),
        twice,
    }
}

fn main() {
    Memory.run(&Serial).unwrap();
}
