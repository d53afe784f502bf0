#![deny(warnings)]

use dag_runtime::{Rayon, dag, task};
use dag_ui_tests::{clean, load, total};

#[task(depends = [dag_ui_tests::total, dag_ui_tests::load])]
fn report(total: i32, #[from(dag_ui_tests::load)] rows: &[i32]) -> String {
    format!("{total} of {}", rows.len())
}

dag! {
    graph Stats<'a>(text: &'a str) -> report {
        load(text),
        clean,
        total,
        report,
    }
}

fn main() {
    assert_eq!(Stats { text: "1 -2 3" }.run(&Rayon::new()).unwrap(), "4 of 3");
}
