use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> (String, String) {
    (String::new(), String::new())
}

#[task]
fn shout(text: String) -> String {
    text.to_uppercase()
}

dag! {
    graph Texts -> (first, second) {
        load,
        first = shout(load.0),
        second = shout(load.1),
    }
}

fn main() {
    Texts.run(&Serial).unwrap();
}
