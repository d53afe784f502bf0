use dag_runtime::{Serial, dag, task};

struct Settings {
    scale: f64,
}

#[task]
fn numbers() -> Vec<f64> {
    vec![1.0]
}

#[task(depends = [numbers], each = numbers)]
fn scale(numbers: f64, settings: Settings) -> f64 {
    settings.scale * numbers
}

dag! {
    graph Scale -> scale {
        numbers,
        scale(Settings { scale: 2.0 }),
    }
}

fn main() {
    Scale.run(&Serial).unwrap();
}
