use dag_runtime::{Serial, dag, task};

#[task]
fn step(before: &f64) -> f64 {
    *before
}

#[task]
fn maybe(before: Option<&f64>) -> f64 {
    before.map_or(1.0, |before| before / 2.0)
}

dag! {
    graph Far {
        a[i in 0..4] = maybe(None),
        b[i in 0..4] = step(&a[i * isize::MAX]),
    }
}

fn main() {
    Far.run(&Serial).unwrap();
}
