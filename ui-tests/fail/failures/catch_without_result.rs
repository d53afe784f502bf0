use dag_runtime::task;

#[task(catch)]
fn number() -> u32 {
    1
}

#[task(cost = 2, catch)]
fn nothing() {}

type Outcome<T> = Result<T, String>;

#[task(catch)]
fn alias() -> Outcome<u32> {
    Ok(1)
}

fn main() {}
