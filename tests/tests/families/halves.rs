//! Members that are used at a fraction of an index: only the values show that these come earlier.

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

const N: usize = 3000;

#[task]
fn mixed(parts: [Option<&u64>; 3], i: usize) -> u64 {
    parts.into_iter().flatten().fold(i as u64, |sum, part| sum.rotate_left(7) ^ part)
}

dag! {
    graph Halves -> mixed {
        mixed[i in 0..N] = mixed(
            [
                if i > 0 { Some(&mixed[i / 2]) } else { None },
                if i > 1 { Some(&mixed[(i - 1) / 3]) } else { None },
                if i > 2 { Some(&mixed[i - 1 - i % 2]) } else { None },
            ],
            i,
        ),
    }
}

#[test]
fn parts_of_an_index() {
    let mut expected: Vec<u64> = Vec::new();
    for i in 0..N {
        let at = |limit, k: usize| if i > limit { expected.get(k) } else { None };
        let parts = [at(0, i / 2), at(1, i.saturating_sub(1) / 3), at(2, i.wrapping_sub(1 + i % 2))];
        expected.push(parts.into_iter().flatten().fold(i as u64, |sum, part| sum.rotate_left(7) ^ part));
    }
    Everywhere::new().agree(|executor| assert_eq!(Halves.run(executor).unwrap(), expected));
}
