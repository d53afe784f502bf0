//! Ranges are made of constants, not of parameters of the graph.

use dag_runtime::{Serial, dag, task};

trait Length {
    const LENGTH: usize;
}

#[task]
fn one(i: usize) -> usize {
    i
}

#[task]
fn sum(all: &[usize]) -> usize {
    all.iter().sum()
}

dag! {
    graph Constant<const N: usize> -> sum {
        cell[i in 0..N] = one(i),
        sum(&cell),
    }

    graph Type<T: Length + Sync>(value: T) -> sum {
        cell[i in 0..2, j in i..(T::LENGTH + 1)] = one(i + j),
        sum(&cell),
    }
}

fn main() {
    Constant::<3>.run(&Serial).unwrap();
}
