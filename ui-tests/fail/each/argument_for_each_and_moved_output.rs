use dag_runtime::{Serial, dag, task};

#[task]
fn words() -> Vec<String> {
    Vec::new()
}

#[task]
fn prefix() -> String {
    "a".to_owned()
}

#[task(depends = [prefix])]
fn join(prefix: String, word: &str) -> String {
    prefix + word
}

dag! {
    graph Joined -> join {
        words,
        prefix,
        join(each &words),
    }
}

fn main() {
    Joined.run(&Serial).unwrap();
}
