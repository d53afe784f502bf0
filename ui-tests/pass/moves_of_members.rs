//! Members that are moved where the compiler sees that it happens once, and copied as often as one likes.

use dag_runtime::{Serial, dag, task};

#[task]
fn list(n: usize) -> Vec<usize> {
    vec![n]
}

#[task]
fn number(n: usize) -> usize {
    n
}

#[task]
fn join(lists: Vec<Vec<usize>>) -> usize {
    lists.iter().flatten().sum()
}

dag! {
    graph Moves -> (taken, copied) {
        part[i in 0..3] = list(i),
        value[i in 0..3] = number(i),
        taken = join(Some(1).map_or_else(Vec::new, |_| vec![part[1], part[2]])),
        copied = join((0..4).map(|_| vec![value[2]]).collect()),
    }
}

fn main() {
    assert_eq!(Moves.run(&Serial).unwrap(), (3, 8));
}
