//! One function many times in a graph.

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

#[task]
fn load(text: &str) -> Vec<f64> {
    text.split(' ').map(|word| word.parse().unwrap()).collect()
}

#[task]
fn mean(xs: &[f64]) -> f64 {
    xs.iter().sum::<f64>() / xs.len() as f64
}

#[task]
fn difference(a: f64, b: f64) -> f64 {
    a - b
}

dag! {
    graph Compare<'a>(left: &'a str, right: &'a str) -> difference {
        a = load(left),
        b = load(right),
        mean_a = mean(&a),
        mean_b = mean(&b),
        difference(mean_a, mean_b),
    }
}

#[test]
fn are_wired_in_the_graph() {
    let run = Everywhere::new().agree(|executor| Compare { left: "4 6", right: "1 2 3" }.run(executor).unwrap());
    assert_eq!(run, 3.0);
}

#[task(depends = [mean_a, mean_b])]
fn ratio(mean_a: f64, mean_b: f64) -> f64 {
    mean_a / mean_b
}

/// Finds both a task of the graph by its name and an instance.
#[task(depends = [mean, other])]
fn both(mean: f64, #[from(other)] second: f64) -> (f64, f64) {
    (mean, second)
}

mod graphs {
    use super::{both, load, mean, ratio};

    dag_runtime::dag! {
        pub(super) graph Named<'a>(text: &'a str) -> (ratio, both, mean) {
            a = load(text), b = load("1 3"),
            mean_a = mean(&a), mean_b = mean(&b), mean(&a), other = mean(&b),
            ratio, both,
        }
    }

    #[allow(unused_imports, reason = "what `depends` of others names")]
    pub(super) use self::{mean_a as _, mean_b as _};
}
use graphs::Named;
