#![deny(warnings)]

use std::fmt::Display;

use dag_runtime::{Serial, dag, task};

#[task]
fn longest<'a, 'b: 'a>(left: &'a str, right: &'b str) -> usize {
    left.len().max(right.len())
}

#[task(depends = [longest])]
fn spaces<'a>(longest: &'a usize) -> String {
    " ".repeat(*longest)
}

#[task]
fn text(shown: String) -> String {
    shown
}

dag! {
    graph Generic<'a, T: Display, const N: usize>(left: &'a str, items: [T; N], shown: T) -> (spaces, all, text)
    where
        T: Clone + Send,
    {
        longest(left, "abc"),
        spaces,
        all = text(items.iter().map(|item| item.to_string()).collect()),
        text(shown.to_string()),
    }
}

fn main() {
    let left = String::from("ab");
    let graph = Generic { left: &left, items: [1, 2], shown: 3 };
    assert_eq!(graph.run(&Serial).unwrap(), ("   ".to_owned(), "12".to_owned(), "3".to_owned()));
}
