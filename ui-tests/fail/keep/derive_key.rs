use std::cell::Cell;

use dag_runtime::Key;

struct Client;

#[derive(Key)]
struct Options {
    degree: u32,
    client: Client,
}

#[derive(Key)]
#[key(skip)]
struct Words {
    #[key(skip, skip)]
    first: u32,
    #[key(ignore)]
    second: u32,
    #[key = "skip"]
    third: u32,
}

#[derive(Key)]
enum Method {
    #[key(skip)]
    Exact,
    Sampled(Cell<f64>),
}

#[derive(Key)]
union Bits {
    float: f32,
    int: u32,
}

#[derive(Key)]
struct List<T>(Vec<T>);

fn is_key<K: Key>() {}

fn main() {
    is_key::<List<Client>>();
}
