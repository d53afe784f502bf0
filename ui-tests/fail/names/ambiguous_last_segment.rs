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

#[task]
fn mean(xs: u32) -> u32 {
    xs
}

dag! {
    graph Stats -> mean {
        a::load,
        b::load,
        mean(load),
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
