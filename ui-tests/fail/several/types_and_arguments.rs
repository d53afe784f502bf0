use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: &str) -> Vec<f64> {
    vec![path.len() as f64]
}

#[task(depends = [load])]
fn mean(load: &[f32], digits: u32) -> f32 {
    load[digits as usize]
}

#[task]
fn report(mean: f32, title: &str) -> String {
    format!("{title}: {mean}")
}

dag! {
    graph Stats<'a>(path: &'a str) -> report {
        load(path, 1),
        mean("2"),
        report(mean, title),
    }
}

fn main() {
    Stats { path: "a" }.run(&Serial).unwrap();
}
