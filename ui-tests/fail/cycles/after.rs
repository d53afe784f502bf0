use dag_runtime::{Serial, dag, task};

#[task]
fn step(number: u32) -> u32 {
    number
}

dag! {
    graph Steps {
        t1 = step(1) after [t2, t3],
        t2 = step(2),
        t3 = step(3) after [t4],
        t4 = step(4) after [t2, t1],
    }
}

fn main() {
    Steps.run(&Serial).unwrap();
}
