use dag_runtime::{Serial, dag, task};

const LIST: [usize; 3] = [0, 1, 2];

#[task]
fn one(i: usize) -> usize {
    i
}

#[task]
fn total(xs: &[usize]) -> usize {
    xs.iter().sum()
}

dag! {
    graph Below {
        x[i in 0..6] = one(i),
        s[j in 0..3] = total(&x[j as u64 - 1..]),
    }
    graph Above {
        x[i in 0..6] = one(i),
        s[j in 0..3] = total(&x[j..j + isize::MAX - 1]),
    }
    graph Conditional {
        x[i in 0..6] = one(i),
        right[j in 0..3, k in 0..2] = total(if j > 0 && k > 0 { &x[..LIST[j + k - 1]] } else { &[] }),
        too[j in 0..3, k in 0..2] = total(if j + k > 1 { &x[..LIST[j + k - 1]] } else { &x[LIST[j + k + 1]..] }),
        last[j in 0..3] = total(&x[..=LIST[j + 1]]),
    }
}

fn main() {
    Below.run(&Serial).unwrap();
}
