//! Families whose parts come from a `macro_rules!` macro.

use dag_runtime::{Serial, dag, task};

#[task]
fn step(before: Option<&u32>, x: usize) -> u32 {
    before.copied().unwrap_or(0) + x as u32
}

macro_rules! rod {
    ($name:ident: $cell:ident [$t:ident in $steps:expr, $x:ident in $cells:expr] $last:expr) => {
        dag! {
            graph $name -> ($cell, last) {
                $cell[$t in 0..$steps, $x in 0..$cells] =
                    step(if $t > 0 { Some(&$cell[$t - 1, $x]) } else { None }, $x),
                last = step(Some(&$cell[$steps - 1, $last]), 100),
            }
        }
    };
}

rod! { Small: cell [t in 2, x in 3] 0 }
rod! { Large: heat [i in 1 + 2, j in 2 * 2] 1 + 2 }

fn main() {
    assert_eq!(Small.run(&Serial).unwrap(), (vec![0, 1, 2, 0, 2, 4], 100));
    let (heat, last) = Large.run(&Serial).unwrap();
    assert_eq!((heat.len(), last), (12, 109));
    assert_eq!(Large::TABLE.task(11).unwrap().name(), *"heat[2, 3]");
}
