use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Types {
        a[i in 0..1.5] = one(i),
        b[i in "a".."b"] = one(i),
        c[i in 5] = one(i),
    }
}

fn main() {
    Types.run(&Serial).unwrap();
}
