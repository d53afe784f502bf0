use dag_runtime::{Serial, dag, task};

#[task]
fn numbers() -> Vec<u32> {
    vec![1]
}

#[task(depends = [numbers], each = numbers)]
fn double(numbers: u32) -> u32 {
    2 * numbers
}

#[task(depends = [double])]
fn show(double: u32) -> String {
    double.to_string()
}

dag! {
    graph Numbers -> show {
        numbers,
        double,
        show,
    }
}

fn main() {
    Numbers.run(&Serial).unwrap();
}
