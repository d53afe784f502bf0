use dag_runtime::{dag, task};

struct Text(String);

#[task(retry = 2)]
fn count(text: Text) -> Result<usize, String> {
    Ok(text.0.len())
}

dag! { graph Count(text: Text) -> count { count(text) } }

fn main() {}
