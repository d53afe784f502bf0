//! Tasks that take an output and use it once more: by the attribute, by `when`, by `each`, and as another member.

use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> Vec<u32> {
    vec![1]
}

#[task(depends = [load])]
fn sum(load: Vec<u32>, start: usize) -> usize {
    load.len() + start
}

#[task]
fn eat(numbers: Vec<u32>) -> usize {
    numbers.len()
}

#[task]
fn words() -> Vec<String> {
    Vec::new()
}

#[task]
fn add(word: String, n: usize) -> usize {
    word.len() + n
}

#[task]
fn zip(a: Vec<u32>, b: &[Vec<u32>]) -> usize {
    a.len() + b.len()
}

dag! {
    graph Attribute {
        load,
        sum(load.len()),
    }
    graph Condition {
        load,
        eat(load) when load.len() > 1,
    }
    graph Each {
        words,
        add(each words, words.len()),
    }
    graph Member {
        list[i in 0..4] = load(),
        zip[i in 0..2] = zip(list[2 * i], &list[1..3]),
    }
}

fn main() {
    Attribute.run(&Serial).unwrap();
    Condition.run(&Serial).unwrap();
    Each.run(&Serial).unwrap();
    Member.run(&Serial).unwrap();
}
