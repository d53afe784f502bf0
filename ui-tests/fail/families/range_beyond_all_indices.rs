use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> usize {
    i
}

dag! {
    graph Unsigned {
        a[i in 0..usize::MAX] = one(i),
    }
    graph Last {
        a[i in 0..=u64::MAX] = one(i),
    }
    graph Wrapping {
        a[i in 0..(1u128 << 64) + 3] = one(i),
    }
    graph Above {
        a[i in 1u128 << 64..(1u128 << 64) + 3] = one(i),
    }
    graph Rows {
        a[i in 0..2, j in i..=i64::MAX as u128 * 2] = one(i + j),
    }
}

fn main() {
    Unsigned.run(&Serial).unwrap();
}
