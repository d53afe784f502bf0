use dag_runtime::{Serial, dag};

mod stages {
    use dag_runtime::task;

    #[task]
    pub fn load() -> u32 {
        1
    }
}

use stages::load;

dag! {
    graph Listed -> stages::load {
        load,
    }
}

fn main() {
    Listed.run(&Serial).unwrap();
}
