use dag_runtime::{Serial, dag, task};

mod stages {
    use dag_runtime::task;

    #[task]
    pub fn clean() {}
}

#[task]
fn load() -> Vec<f64> {
    vec![1.0]
}

#[task]
fn mean() -> f64 {
    1.0
}

#[task(depends = [load mean, stages::clean])]
fn report(#[from(load)] list: &[f64], mean: f64, digits: usize) -> String {
    format!("{mean:.digits$} {}", list.len())
}

dag! {
    graph Stats -> report {
        load,
        mean,
        stages::clean,
        report(1),
    }
}

fn main() {
    let text = Stats.run(&Serial).unwrap();
    println!("{}", text.len());
}
