use dag_runtime::{dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

dag! {
    /// No size.
    #[checked_at_run]
    graph Constant {
        a[i in 0..4] = one(i),
    }

    #[checked_at_run(cycles)]
    graph Arguments[n] {
        b[i in 0..n] = one(i),
    }

    #[checked_at_run]
    #[cfg_attr(all(), checked_at_run)]
    graph Twice[n] {
        c[i in 0..n] = one(i),
    }
}

fn main() {}
