use dag_runtime::{Serial, dag, task};

#[task(depends = [egg])]
fn hen(egg: &u32) -> u32 {
    *egg
}

#[task(depends = [hen])]
fn egg(hen: &u32) -> u32 {
    *hen
}

dag! {
    graph Farm -> hen {
        hen,
        egg,
    }
}

fn main() {
    Farm.run(&Serial).unwrap();
}
