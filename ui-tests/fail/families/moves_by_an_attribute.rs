use dag_runtime::{Serial, dag, task};

#[task]
fn list(i: usize) -> Vec<f64> {
    vec![i as f64]
}

#[task(depends = [lists])]
fn all(lists: Vec<f64>) -> usize {
    lists.len()
}

dag! {
    graph Attributes {
        all,
        lists[i in 0..4] = list(i),
    }
}

fn main() {
    Attributes.run(&Serial).unwrap();
}
