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

#[task]
fn longest(lists: &[Vec<f64>]) -> usize {
    lists.iter().map(Vec::len).max().unwrap_or(0)
}

dag! {
    graph Slices -> longest {
        list[i in 0..4] = list(i),
        sorted[i in 0..2] = sorted(list[i]),
        longest(&list[1..]),
    }
}

fn main() {
    Slices.run(&Serial).unwrap();
}
