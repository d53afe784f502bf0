use dag_runtime::{Serial, dag, task};

#[task]
fn lines(words: &[String]) -> Vec<String> {
    words.to_vec()
}

#[task]
fn word(line: &str) -> String {
    line.to_owned()
}

dag! {
    graph Cycle {
        lines(&word),
        word(each &lines),
    }
}

fn main() {
    Cycle.run(&Serial).unwrap();
}
