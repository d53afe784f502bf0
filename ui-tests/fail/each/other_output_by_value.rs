use dag_runtime::{Serial, dag, task};

struct Settings {
    scale: f64,
}

#[task]
fn settings() -> Settings {
    Settings { scale: 2.0 }
}

#[task]
fn offset() -> f64 {
    1.0
}

#[task]
fn numbers() -> Vec<f64> {
    vec![1.0]
}

#[task(depends = [numbers, settings, offset], each = numbers)]
fn scale(numbers: f64, settings: Settings, offset: f64) -> f64 {
    settings.scale * numbers + offset
}

dag! {
    graph Scale -> scale {
        numbers,
        settings,
        offset,
        scale,
    }
}

fn main() {
    Scale.run(&Serial).unwrap();
}
