use dag_runtime::{Serial, dag, task};

mod stages {
    #[dag_runtime::task]
    pub fn load() -> u32 {
        1
    }
}

#[task]
fn mean() -> u32 {
    stages::load()
}

dag! {
    graph Stats -> mean {
        mean after [stages::load],
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
