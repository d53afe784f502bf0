//! Outputs that conditions take by value.

use dag_runtime::{Serial, dag, task};

#[task]
fn text(n: u32) -> String {
    n.to_string()
}

#[task]
fn count(text: &str) -> usize {
    text.len()
}

#[task]
fn list(n: u32) -> Vec<u32> {
    (0..n).collect()
}

#[task]
fn add(x: &u32, n: usize) -> usize {
    *x as usize + n
}

dag! {
    graph Moved(plot: bool) {
        picture = text(1) when plot,
        a = count(&picture) when let Some(picture) = picture,
        b = count(picture.as_deref().unwrap_or_default()),
    }
    graph Each(plot: bool, name: Option<String>) {
        picture = text(1) when plot,
        list(3),
        a = add(each &list, picture.len()) when let Some(picture) = picture,
        b = add(each &list, name.len()) when let Some(name) = name,
    }
}

fn main() {
    Moved { plot: true }.run(&Serial).unwrap();
    Each { plot: true, name: None }.run(&Serial).unwrap();
}
