use dag_runtime::task;

#[task(retry = "three")]
fn text() -> Result<u32, String> {
    Ok(1)
}

#[task(retry = -1)]
fn negative() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
