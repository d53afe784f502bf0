use dag_runtime::{Serial, dag, task};

#[task]
async fn fetch(url: &str) -> String {
    url.to_owned()
}

#[task(depends = [fetch])]
fn size(fetch: &str) -> usize {
    fetch.len()
}

dag! {
    graph Sizes<'a>(url: &'a str) -> size {
        fetch(url),
        size,
    }
}

fn main() {
    Sizes { url: "a" }.run(&Serial).unwrap();
}
