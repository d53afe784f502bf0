use dag_runtime::{dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn many(i: usize) -> Vec<f64> {
    vec![i as f64]
}

dag! {
    graph Twice[n, n] {
        a[i in 0..n] = one(i),
    }

    graph Input[n](n: usize) {
        b[i in 0..n] = one(i),
    }

    graph Task[one, n] {
        one(n),
        n = one(0),
    }

    graph Index[n] {
        c[n in 0..3] = one(n),
    }

    graph Parameter<const N: usize>[N] {
        d[i in 0..N] = one(i),
    }

    graph NoTask[n] -> n {
        e = one(n) after [n],
        f = many(each &n),
    }
}

fn main() {}
