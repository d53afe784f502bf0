use dag_runtime::{Serial, dag, task};

mod stages {
    #[dag_runtime::task]
    pub fn load() -> u32 {
        1
    }
}

#[task(depends = [stages])]
fn mean() -> u32 {
    2
}

dag! {
    graph Stats -> mean {
        stages::load,
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
