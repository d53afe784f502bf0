use dag_runtime::{Serial, dag, task};

const N: usize = 4;

#[task]
fn cell(before: f64, x: usize) -> f64 {
    before + x as f64
}

#[task]
fn report(list: &[f64], title: &str, digits: usize) -> String {
    format!("{title} {:.digits$}", list[0])
}

dag! {
    graph Stats(title: String) -> (comma, operator) {
        list[x in 0..N] = cell(if x > 0 { list[x - 1] } else { 0.0 }, x),
        comma = report(&list, &title 3),
        operator = report(&list, &title, N - ),
        twice = report(&list, &title, N N),
        index[x in 0..N] = cell(if x 0 { index[x - 1] } else { 0.0 }, x),
        other[x in 0..N] = cell(if x > 0 { other[x - 1 1] } else { 0.0 }, x),
        misspelt[x in 0..N] = cell(if x > 0 { misspelt[x - 1] } eles { 0.0 }, x),
        member[x in 0..N, y in 0..N] = cell(if x > 0 { member[x - 1 y] } else { 0.0 }, y),
    }
}

dag! {
    graph Others(title: String) -> report {
        one[x in 0..N y in 0..N] = cell(0.0, x),
        two[x in 0...N] = cell(0.0, x),
        three[x in N] = cell(0.0, x),
        four[x in 1 + N] = cell(0.0, x),
        report(&[], &title, 1) after [one[0, 0] if N > ] on 1 +,
    }
}

fn main() {
    let (comma, operator) = Stats { title: String::new() }.run(&Serial).unwrap();
    println!("{} {}", comma.len(), operator.len());
    let report = Others { title: String::new() }.run(&Serial).unwrap();
    println!("{}", report.len());
}
