use dag_runtime::{Serial, dag, task};

#[task]
fn number() -> u32 {
    1
}

dag! {
    graph Numbers -> number {
        number,
        stages::,
        other = stages::,
    }
}

fn main() {
    Numbers.run(&Serial).unwrap();
}
