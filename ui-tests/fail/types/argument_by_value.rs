use dag_runtime::{Serial, dag, task};

#[task]
fn count(text: &str) -> u32 {
    text.len() as u32
}

#[task]
fn share(part: f64, whole: f64) -> f64 {
    part / whole
}

dag! {
    graph Share<'a>(text: &'a str) -> share {
        count(text),
        share(1.0, count),
    }
}

fn main() {
    Share { text: "a b" }.run(&Serial).unwrap();
}
