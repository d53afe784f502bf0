use dag_runtime::{Serial, dag, task};

#[task]
fn rows(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[task(depends = [rows])]
fn count(rows: &[&str]) -> usize {
    rows.len()
}

#[task]
fn last(rows: &[&str], count: usize) -> String {
    rows[count - 1].to_owned()
}

dag! {
    graph Words<'a>(text: &'a str) -> (rows, last) {
        rows(text),
        count,
        last(&rows, count),
    }
}

fn main() {
    Words { text: "a" }.run(&Serial).unwrap();
}
