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
    let run =
        Everywhere::new().agree(|executor| Compare { left: "4 6", right: "1 2 3" }.run(executor).unwrap());
    assert_eq!(run, 3.0);
}

mod named {
    //! Instances that attributes refer to: their names are known where the graph stands.

    use super::{load, mean};
    use dag_runtime::{dag, task};

    #[task(depends = [mean_a, mean_b])]
    fn ratio(mean_a: f64, mean_b: f64) -> f64 {
        mean_a / mean_b
    }

    #[task(depends = [mean, mean_b])]
    fn both(mean: f64, #[from(mean_b)] second: f64) -> (f64, f64) {
        (mean, second)
    }

    dag! {
        pub(super) graph Named<'a>(text: &'a str) -> (ratio, both, again) {
            a = load(text), b = load("1 3"),
            mean_a = mean(&a), mean_b = mean(&b), mean(&c), c = load("5"),
            ratio, both, again = ratio,
        }
    }
}

#[test]
fn are_named_by_attributes() {
    let run = Everywhere::new().agree(|executor| named::Named { text: "8 8" }.run(executor).unwrap());
    assert_eq!(run, (4.0, (5.0, 2.0), 4.0));
}

#[task]
fn constant() -> u32 {
    4
}

#[task(depends = [constant])]
fn times(constant: u32, by: u32) -> u32 {
    constant * by
}

dag! {
    // `load` is an instance here and a task in other graphs; `times` is a task and an instance of itself.
    graph Shadows -> (load, two, three, times) {
        load = constant,
        constant,
        two = times(2),
        three = times(two),
        times(three),
    }
}

#[test]
fn may_have_names_that_mean_something_elsewhere() {
    assert_eq!(Everywhere::new().agree(|executor| Shadows.run(executor).unwrap()), (4, 8, 32, 128));
}

dag! {
    graph First -> same { same = constant }
    graph Second -> same { same = times(3), constant }
}

#[test]
fn of_two_graphs_may_have_the_same_names() {
    assert_eq!(Everywhere::new().agree(|executor| First.run(executor).unwrap()), 4);
    assert_eq!(Everywhere::new().agree(|executor| Second.run(executor).unwrap()), 12);
}

/// pyScheduler's README example.
#[task]
fn step(this: u32, order: &std::sync::Mutex<Vec<u32>>) {
    order.lock().unwrap().push(this);
}

dag! {
    graph Readme<'a>(order: &'a std::sync::Mutex<Vec<u32>>) {
        t1 = step(1, order) after [t2, t3], t2 = step(2, order) after [t4], t3 = step(3, order) after [t5, t6],
        t4 = step(4, order), t5 = step(5, order), t6 = step(6, order), t7 = step(7, order),
        t8 = step(8, order) after [t9], t9 = step(9, order),
    }
}

#[test]
fn run_depth_first_in_listing_order_on_serial() {
    let order = std::sync::Mutex::default();
    Readme { order: &order }.run(&dag_runtime::Serial).unwrap();
    assert_eq!(order.into_inner().unwrap(), [4, 2, 5, 6, 3, 1, 7, 9, 8]);
}
