use dag_runtime::{Serial, dag, task};

mod measure {
    pub struct Result {
        pub mean: f64,
    }
}

#[task]
fn measure(sample: f64) -> measure::Result {
    measure::Result { mean: sample }
}

dag! {
    graph Measure -> measure {
        measure(1.0),
    }
}

fn main() {
    let _ = Measure.run(&Serial).unwrap();
}
