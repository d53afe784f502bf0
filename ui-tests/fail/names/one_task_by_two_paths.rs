use dag_runtime::{Serial, dag, task};

mod stages {
    #[super::task]
    pub fn load() -> u32 {
        1
    }
}

use stages::load;

dag! {
    graph Stats {
        load,
        stages::load,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
