use dag_runtime::{Serial, dag, task};

#[task(depends = [load])]
fn head(load: &[f64]) -> Option<&[f64]> {
    load.get(..2)
}

#[task]
fn load() -> Vec<f64> {
    vec![1.0]
}

dag! {
    graph Words -> head {
        head,
        load,
    }
}

fn main() {
    Words.run(&Serial).unwrap();
}
