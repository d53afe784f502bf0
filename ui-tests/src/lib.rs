//! Tasks of another crate, for the cases: a project's stages in a library.

use dag_runtime::task;

/// The numbers in a text.
#[task]
pub fn load(text: &str) -> Vec<i32> {
    text.split(' ').filter_map(|word| word.parse().ok()).collect()
}

/// The positive ones.
#[task(depends = [load])]
pub fn clean(load: &[i32]) -> Vec<i32> {
    load.iter().copied().filter(|&x| x > 0).collect()
}

/// Their sum.
#[task(depends = [clean])]
pub fn total(clean: &[i32]) -> i32 {
    clean.iter().sum()
}
