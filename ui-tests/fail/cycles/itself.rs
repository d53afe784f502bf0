use dag_runtime::{Serial, dag, task};

#[task(depends = [fixpoint])]
fn fixpoint() -> u32 {
    1
}

dag! {
    graph Iterate -> fixpoint {
        fixpoint,
    }
}

fn main() {
    Iterate.run(&Serial).unwrap();
}
