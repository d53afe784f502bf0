#![deny(warnings)]

use dag_runtime::{Serial, dag, task};

macro_rules! stage {
    ($name:ident after $before:ident adds $amount:expr, gives $output:ty) => {
        #[task(depends = [$before])]
        fn $name($before: $output) -> $output {
            $before + $amount
        }
    };
}

macro_rules! chain {
    ($graph:ident: $first:ident($argument:expr), $($rest:ident),* => $output:ident) => {
        dag! {
            graph $graph(start: u32) -> $output {
                $first(start + $argument),
                $($rest,)*
            }
        }
    };
}

#[task]
fn zero(start: u32) -> u32 {
    start
}

stage!(one after zero adds 1 + 1, gives u32);
stage!(two after one adds 10, gives u32);
chain!(Chain: zero(100), one, two => two);

fn main() {
    assert_eq!(Chain { start: 1 }.run(&Serial).unwrap(), 113);
}
