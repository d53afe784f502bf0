use dag_runtime::{dag, task};

struct Result<T>(T);

#[task(catch)]
fn parse() -> Result<u32> {
    Result(1)
}

dag! { graph Numbers -> parse { parse } }

fn main() {}
