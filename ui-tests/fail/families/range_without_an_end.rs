use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Open {
        a[i in 0..] = one(i),
        b[i in ..3] = one(i),
        c[i in ..] = one(i),
    }
}

fn main() {
    Open.run(&Serial).unwrap();
}
