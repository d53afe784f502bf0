//! Items do not see the local variables around them: these are inputs.

use dag_runtime::{Serial, dag, task};

#[task]
fn double(n: u32) -> u32 {
    2 * n
}

fn run(n: u32) -> u32 {
    dag! {
        graph Doubled -> double {
            double(n),
        }
    }
    Doubled.run(&Serial).unwrap()
}

fn main() {
    run(1);
}
