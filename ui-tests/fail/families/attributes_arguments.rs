use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Arguments {
        few[i in 0..3] = one(),
        many[i in 0..3] = one(i, i),
        wrong[i in 0..3] = one(1.5),
    }
}

fn main() {
    Arguments.run(&Serial).unwrap();
}
