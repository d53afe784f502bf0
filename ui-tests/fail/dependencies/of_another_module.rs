use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

mod stages {
    #[super::task]
    pub fn load() -> u32 {
        2
    }

    #[super::task(depends = [load])]
    pub fn mean(load: u32) -> u32 {
        load
    }
}

dag! {
    graph Stats -> mean {
        load,
        stages::mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    stages::load();
}
