use dag_runtime::{Serial, dag, task};

#[task]
fn prefix() -> String {
    "a".to_owned()
}

#[task]
fn scale() -> u32 {
    2
}

#[task]
fn numbers() -> Vec<u32> {
    vec![1]
}

#[task(depends = [numbers], each = numbers)]
fn name(numbers: u32, prefix: String, scale: u32) -> String {
    format!("{prefix}{}", scale * numbers)
}

dag! {
    graph Names -> name {
        numbers,
        prefix,
        scale,
        name(prefix, scale),
    }
}

fn main() {
    Names.run(&Serial).unwrap();
}
