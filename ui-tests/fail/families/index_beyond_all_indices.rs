use dag_runtime::{Serial, dag, task};

const FAR: u128 = u128::MAX - 3;
const FLAG: bool = true;

#[task]
fn one(i: usize) -> usize {
    i
}

#[task]
fn step(before: &usize) -> usize {
    *before
}

dag! {
    graph Far {
        a[i in 0..6] = one(i),
        wide = step(&a[(1u128 << 64) + 2]),
        low = step(&a[i64::MIN as i128 * 2 + 1]),
        high = step(&a[FAR]),
    }
    graph Sum {
        a[i in 0..6] = one(i),
        sum[i in 0..2] = step(&a[i + FAR]),
    }
    graph Flag {
        a[i in 0..6] = one(i),
        b = step(&a[FLAG]),
    }
}

fn main() {
    Far.run(&Serial).unwrap();
}
