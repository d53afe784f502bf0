use dag_runtime::{Serial, dag, task};
use dag_ui_tests::{clean, load, total};

#[task(depends = [total])]
fn choose(total: i32) -> String {
    format!("1 2 {total}")
}

dag! {
    graph Feedback -> total {
        load(&choose),
        clean,
        total,
        choose,
    }
}

fn main() {
    Feedback.run(&Serial).unwrap();
}
