//! Outputs that are taken while others read them: some may run later, one depends on the taker, and one is a member.

use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> String {
    String::new()
}

#[task]
fn size(text: &str) -> usize {
    text.len()
}

#[task]
fn shout(text: String) -> String {
    text.to_uppercase()
}

#[task]
fn both(text: &str, loud: &str) -> usize {
    text.len() + loud.len()
}

dag! {
    graph Many {
        load,
        a = size(&load),
        b = size(&load),
        c = size(&load),
        d = size(&load),
        e = size(&load),
        f = size(&load),
        g = size(&load),
        h = size(&load),
        shout(load) after [c],
    }
    graph Later {
        load,
        a = size(&load),
        loud = shout(load) after [a],
        both(&load, &loud),
    }
    graph Members {
        rows[t in 0..4] = load(),
        a[t in 0..4] = size(&rows[t]),
        b[t in 0..4] = shout(rows[t]) after [a[t] if t != 2],
    }
}

fn main() {
    Many.run(&Serial).unwrap();
    Later.run(&Serial).unwrap();
    Members.run(&Serial).unwrap();
}
