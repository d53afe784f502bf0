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

dag! {
    graph Moved {
        list[i in 0..4] = list(i),
        sorted[i in 0..4] = sorted(list[i + 1]),
    }
}

fn main() {
    Moved.run(&Serial).unwrap();
}
