use dag_runtime::{dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    graph BehindInputs(x: f64)[n] -> a {
        a[i in 0..n] = one(i),
    }

    graph BehindOutputs -> b[n] {
        b[i in 0..n] = one(i),
    }

    graph BeforeGenerics[n]<'a>(x: &'a f64) {
        c[i in 0..n] = one(i),
    }

    graph TwoLists[m][n] {
        d[i in 0..m, j in 0..n] = one(i + j),
    }
}

fn main() {}
