use dag_runtime::{Serial, dag, task};

#[task]
fn start() -> f64 {
    1.0
}

dag! {
    graph Outputs {
        start,
        a = start on start as usize,
    }
}

fn main() {
    Outputs.run(&Serial).unwrap();
}
