use dag_runtime::task;

#[task(retry)]
fn without_value() -> Result<u32, String> {
    Ok(1)
}

#[task(retry 3)]
fn without_sign() -> Result<u32, String> {
    Ok(1)
}

#[task(retry = 3, retry = 2)]
fn twice() -> Result<u32, String> {
    Ok(1)
}

#[task(retries = 3)]
fn misspelt() -> Result<u32, String> {
    Ok(1)
}

fn main() {}
