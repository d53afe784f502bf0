use dag_runtime::{Serial, dag, task};

#[task]
fn texts(i: usize) -> Vec<String> {
    vec![i.to_string()]
}

#[task]
fn parse(file: &str) -> usize {
    file.len()
}

dag! {
    graph Parsed {
        texts[i in 0..4] = texts(i),
        parsed[i in 1..5] = parse(each &texts[i]),
    }
}

fn main() {
    Parsed.run(&Serial).unwrap();
}
