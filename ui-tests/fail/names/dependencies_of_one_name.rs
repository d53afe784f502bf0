use dag_runtime::{Serial, dag, task};

mod a {
    #[super::task]
    pub fn load() -> u32 {
        1
    }
}

mod b {
    #[super::task]
    pub fn load() -> u32 {
        2
    }
}

#[task(depends = [a::load, b::load])]
fn mean(load: u32) -> u32 {
    load
}

dag! {
    graph Stats -> mean {
        a::load,
        b::load,
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
