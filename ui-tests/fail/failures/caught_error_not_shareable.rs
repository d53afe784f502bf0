use std::rc::Rc;

use dag_runtime::{Rayon, dag, task};

#[task(catch)]
fn parse() -> Result<u32, Rc<str>> {
    Err("no".into())
}

dag! { graph Numbers -> parse { parse } }

fn main() {
    drop(Numbers.run(&Rayon::new()));
}
