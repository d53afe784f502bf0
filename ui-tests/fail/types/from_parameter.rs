use dag_runtime::{Serial, dag, task};

mod stages {
    #[super::task]
    pub fn load() -> String {
        String::new()
    }
}

#[task(depends = [stages::load])]
fn count(#[from(stages::load)] rows: &[String]) -> usize {
    rows.len()
}

dag! {
    graph Count -> count {
        stages::load,
        count,
    }
}

fn main() {
    Count.run(&Serial).unwrap();
}
