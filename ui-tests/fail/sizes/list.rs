use dag_runtime::{dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph Empty[] {
        a = one(0),
    }

    graph Typed[m, n: usize] {
        b[i in 0..m, j in 0..n] = one(i + j),
    }

    graph Number[3] {
        c[i in 0..3] = one(i),
    }

    graph NoComma[m n] {
        d[i in 0..m, j in 0..n] = one(i + j),
    }

    graph Underscore[_] {
        e = one(0),
    }

    graph Keyword[type] {
        f = one(0),
    }

    graph Comma[, n] {
        g[i in 0..n] = one(i),
    }

    graph Expression[n + 1] {
        h = one(0),
    }
}

fn main() {}
