use dag_runtime::{Serial, dag, task};

#[task]
fn list(i: usize) -> Vec<f64> {
    vec![i as f64]
}

#[task]
fn append(mut numbers: Vec<f64>, number: f64) -> Vec<f64> {
    numbers.push(number);
    numbers
}

dag! {
    graph Chain {
        start = list(0),
        link[t in 0..10] = append(if t == 0 { start } else if t < 6 { link[t - 1] } else { link[t - 2] }, t as f64),
    }
}

fn main() {
    Chain.run(&Serial).unwrap();
}
