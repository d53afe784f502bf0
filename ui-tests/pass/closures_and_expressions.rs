#![deny(warnings)]

use dag_runtime::{Serial, dag, task};

struct Pair {
    left: u32,
    right: u32,
}

#[task]
fn load(start: u32) -> Vec<u32> {
    (start..start + 3).collect()
}

#[task]
fn apply(xs: &[u32], f: impl_free::Function<'_>, pair: Pair) -> u32 {
    xs.iter().map(|&x| f(x)).sum::<u32>() + pair.left * pair.right
}

mod impl_free {
    pub type Function<'a> = &'a dyn Fn(u32) -> u32;
}

#[task]
fn number(n: u32) -> u32 {
    n
}

dag! {
    graph Expressions<'a>(offset: u32, names: &'a [&'a str], twice: bool) -> (total, chosen, joined, last) {
        load(offset),
        right = number(2),
        total = apply(&load, &|load| load * right + offset, Pair { left: names.len() as u32, right }),
        chosen = number(if twice { right * 2 } else { right }),
        joined = number(match names.first() {
            Some(offset) => offset.len() as u32,
            None => offset,
        }),
        last = number({
            let right = &load[1..];
            right.iter().fold(0, |load, x| load + x)
        }),
    }
}

fn main() {
    let graph = Expressions { offset: 1, names: &["abc", "d"], twice: true };
    assert_eq!(graph.run(&Serial).unwrap(), (2 + 4 + 6 + 3 + 4, 4, 3, 5));
}
