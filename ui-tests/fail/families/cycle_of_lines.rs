use dag_runtime::{Serial, dag, task};

#[task]
fn step(before: &[f64]) -> f64 {
    before.iter().sum()
}

dag! {
    graph Lines {
        a[i in 0..1000, j in 0..1000] = step(&b),
        b[i in 0..3] = step(&a),
    }
}

fn main() {
    Lines.run(&Serial).unwrap();
}
