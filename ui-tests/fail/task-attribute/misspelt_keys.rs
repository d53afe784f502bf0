use dag_runtime::{Error, Serial, dag, task};

#[task]
fn load() -> Vec<f64> {
    vec![1.0]
}

#[task(depend = [load], each = load)]
fn double(load: f64) -> f64 {
    load * 2.0
}

#[task(depends = [double], costs = 3)]
fn total(double: &[f64]) -> f64 {
    double.iter().sum()
}

#[task(needs = [total, load])]
fn report(total: f64, load: &[f64], title: &str) -> String {
    format!("{title}: {total} {}", load.len())
}

#[task(after = load)]
fn other(load: &[f64]) -> usize {
    load.len()
}

dag! {
    graph Stats -> (report, other) {
        load,
        double,
        total,
        report("total"),
        other,
    }
}

fn main() -> Result<(), Error> {
    let (text, count) = Stats.run(&Serial)?;
    println!("{} {}", text.len(), count.leading_zeros());
    Ok(())
}
