use dag_runtime::task;

#[task(retry = 3)]
fn number() -> u32 {
    1
}

#[task(retry = 3, catch)]
fn both() -> Option<String> {
    None
}

fn main() {}
