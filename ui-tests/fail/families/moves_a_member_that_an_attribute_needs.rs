use dag_runtime::{Serial, dag, task};

#[task]
fn list(i: usize) -> Vec<f64> {
    vec![i as f64]
}

#[task]
fn sorted(mut numbers: Vec<f64>) -> Vec<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers
}

#[task(depends = [lists])]
fn all(lists: &[Vec<f64>]) -> usize {
    lists.len()
}

dag! {
    graph Attributes {
        all,
        lists[i in 0..4] = list(i),
        first = sorted(lists[0]),
    }
}

fn main() {
    Attributes.run(&Serial).unwrap();
}
