#![deny(warnings)]

use dag_runtime::{Serial, dag, task};

#[task]
fn outside() -> u32 {
    1
}

fn first() -> u32 {
    #[task(depends = [outside])]
    fn inside(outside: u32) -> u32 {
        outside + 1
    }

    dag! {
        graph Local -> total {
            outside,
            inside,
            total = inside,
        }
    }

    Local.run(&Serial).unwrap()
}

fn second() -> u32 {
    #[task(depends = [outside])]
    fn inside(outside: &u32) -> u32 {
        outside + 2
    }

    dag! { graph Local -> inside { outside, inside } }

    Local {}.run(&Serial).unwrap()
}

fn main() {
    assert_eq!((first(), second()), (2, 3));
}
