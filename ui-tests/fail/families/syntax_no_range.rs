use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Syntax {
        a[i] = one(i),
        b[0..4] = one(1),
        c[] = one(0),
        d[i in] = one(i),
        e[in 0..3] = one(0),
    }
}

fn main() {
    Syntax.run(&Serial).unwrap();
}
