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
    graph Several {
        a[i in 0..4] = maybe(if i > 0 { Some(&a[i - 2]) } else { None }),
        b[i in 0..4] = step(&a[i + 1]),
        c[i in 0..4] = step(&b[3 - i]) after [b[2 * i]],
    }
}

fn main() {
    Several.run(&Serial).unwrap();
}
