use std::collections::BTreeMap;

use dag_runtime::{Serial, dag, task};

#[task]
fn names() -> BTreeMap<u32, String> {
    BTreeMap::new()
}

#[task(depends = [names])]
fn first(names: &Vec<String>) -> String {
    names[0].clone()
}

dag! {
    graph Names -> first {
        names,
        first,
    }
}

fn main() {
    Names.run(&Serial).unwrap();
}
