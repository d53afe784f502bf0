use dag_runtime::{Serial, dag, task};

#[task]
fn files() -> Vec<String> {
    Vec::new()
}

#[task]
fn lines() -> Vec<String> {
    Vec::new()
}

#[task(depends = [files, lines], each = files, each = lines)]
fn find(files: &str, lines: &[String]) -> bool {
    lines.iter().any(|line| line == files)
}

dag! {
    graph Find -> find {
        files,
        lines,
        find,
    }
}

fn main() {
    Find.run(&Serial).unwrap();
}
