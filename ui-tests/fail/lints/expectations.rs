//! Expectations that nothing fulfils are told, each once.

#![deny(unfulfilled_lint_expectations)]

use dag_runtime::{Serial, dag, task};

#[expect(dead_code)]
#[task]
fn used(n: u32) -> u32 {
    n
}

#[expect(deprecated)]
#[task(depends = [used])]
fn fine(used: u32) -> u32 {
    used
}

dag! {
    #[expect(dead_code, unused_variables)]
    graph Made(n: u32) -> fine {
        #[expect(deprecated)]
        used(n),
        fine,
    }
}

fn main() {
    Made { n: 1 }.run(&Serial).unwrap();
}
