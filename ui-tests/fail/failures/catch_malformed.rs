use dag_runtime::task;

#[task(catch = true)]
fn with_value() -> Result<u32, String> {
    Ok(1)
}

#[task(catch, cost = 2, catch)]
fn twice() -> Result<u32, String> {
    Ok(1)
}

#[task(catches)]
fn misspelt() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
