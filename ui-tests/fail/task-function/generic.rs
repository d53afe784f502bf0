use dag_runtime::{Serial, dag, task};

#[task]
fn sort<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort();
    items
}

#[task(depends = [sort])]
fn first(sort: &[u32]) -> u32 {
    sort[0]
}

dag! {
    graph Least(items: Vec<u32>) -> first {
        sort(items),
        first,
    }
}

fn main() {
    Least { items: vec![2, 1] }.run(&Serial).unwrap();
}
