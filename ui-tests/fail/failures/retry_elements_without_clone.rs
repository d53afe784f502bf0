use dag_runtime::{dag, task};

pub struct Text(String);

#[task]
fn load() -> Vec<Text> {
    vec![Text("text".into())]
}

#[task(depends = [load], each = load, retry = 2)]
fn by_attribute(load: Text) -> Result<usize, String> {
    Ok(load.0.len())
}

#[task(retry = 2)]
fn by_argument(text: Text) -> Result<usize, String> {
    Ok(text.0.len())
}

dag! {
    graph Attribute -> by_attribute { load, by_attribute }
    graph Argument -> by_argument { load, by_argument(each load) }
}

fn main() {}
