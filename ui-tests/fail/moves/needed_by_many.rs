use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> String {
    String::new()
}

#[task]
fn size(text: &str) -> usize {
    text.len()
}

#[task]
fn shout(text: String) -> String {
    text.to_uppercase()
}

dag! {
    graph Sizes -> load {
        load,
        a = size(&load),
        b = size(&load),
        c = size(&load),
        d = size(&load),
        shout(load),
    }
}

fn main() {
    Sizes.run(&Serial).unwrap();
}
