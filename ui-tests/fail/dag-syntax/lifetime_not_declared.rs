//! A lifetime that the graph does not declare is told of once.

use std::borrow::Cow;

use dag_runtime::{Serial, dag, task};

#[task]
fn length(text: &str) -> usize {
    text.len()
}

dag! {
    graph None(text: &'a str) -> length { length(text) }

    graph One<'a>(text: &'a str, other: Cow<'b, str>) -> length {
        length(if text.is_empty() { &other } else { text }),
    }

    graph Bound<'a, T: 'c + AsRef<str> + Sync>(text: &'a T) -> length { length(text.as_ref().as_ref()) }

    graph Clause<'a>(text: &'a str) -> length where 'a: 'd { length(text) }

    graph Declared(text: String, by: Box<dyn for<'t> Fn(&'t str) -> &'t str + Send + Sync>) -> length {
        length(by(&text)),
    }
}

fn main() {
    let _: usize = None { text: "" }.run(&Serial).unwrap();
    let _: usize = One { text: "", other: "".into() }.run(&Serial).unwrap();
    let _: usize = Declared { text: String::new(), by: Box::new(|text| text) }.run(&Serial).unwrap();
}
