use dag_runtime::{Serial, dag, task};

struct Settings {
    scale: f64,
}

#[task]
fn numbers() -> Vec<f64> {
    vec![1.0]
}

#[task(depends = [numbers], each = numbers)]
fn scale(numbers: f64, factor: f64) -> f64 {
    factor * numbers
}

fn factor(settings: Settings) -> f64 {
    settings.scale
}

dag! {
    graph Scale(settings: Settings) -> scale {
        numbers,
        scale(factor(settings)),
    }
}

fn main() {
    Scale { settings: Settings { scale: 2.0 } }.run(&Serial).unwrap();
}
