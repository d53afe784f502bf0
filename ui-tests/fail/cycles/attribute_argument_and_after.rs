use dag_runtime::{Serial, dag, task};

#[task]
fn open(path: &str) -> String {
    path.to_owned()
}

#[task(depends = [open])]
fn read(open: &str) -> usize {
    open.len()
}

#[task]
fn close(read: usize) {
    assert!(read > 0);
}

dag! {
    graph File<'a>(path: &'a str) {
        open(path) after [close],
        read,
        close(read + 1),
    }
}

fn main() {
    File { path: "data.txt" }.run(&Serial).unwrap();
}
