//! A line that is wrong has its name all the same, or may have any.

use dag_runtime::{dag, task};

#[task]
fn cut(i: usize) -> u32 {
    i as u32
}

#[task]
fn sum(a: &u32, b: &u32) -> u32 {
    a + b
}

dag! {
    graph Doubled -> total {
        tile tile[i in 0..3, j in 0..3] = cut(i + j),
        total = sum(&tile[0, 0], &tile[2, 2]),
    }
}

dag! {
    graph NoComma -> total {
        start = cut(0)
        tile[i in 0..3, j in 0..3] = cut(i + j),
        total = sum(&tile[0, 0], &tile[2, 2]),
    }
}

dag! {
    graph NoName -> total {
        [i in 0..3, j in 0..3] = cut(i + j),
        total = sum(&tile[0, 0], &tile[2, 2]),
    }
}

fn main() {}
