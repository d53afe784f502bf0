//! Attributes that take the outputs of a family or a list with `when` as they are, with and without sizes.

use dag_runtime::{dag, task};

#[task]
fn number(n: usize) -> u32 {
    n as u32
}

#[task]
fn list(n: u32) -> Vec<u32> {
    (0..n).collect()
}

#[task(depends = [list], each = list)]
fn double(list: &u32) -> u32 {
    list * 2
}

#[task(depends = [cells])]
fn total(cells: &[u32]) -> u32 {
    cells.iter().sum()
}

#[task(depends = [double])]
fn sum(double: &[u32]) -> u32 {
    double.iter().sum()
}

#[task(depends = [all])]
fn total_of_sized(all: &[u32]) -> u32 {
    all.iter().sum()
}

#[task(depends = [all], each = all)]
fn of_each(all: &u32) -> u32 {
    *all
}

dag! {
    graph Constant(n: u32) -> (total, sum) {
        cells[i in 0..3] = number(i) when i > 0,
        total,
        list(n),
        double when n > 2,
        sum,
    }
    graph Sized[m] -> (total_of_sized, of_each) {
        all[i in 0..m] = number(i) when i > 0,
        total_of_sized,
        of_each,
    }
}

fn main() {}
