//! Attributes that ask for an `Option` where there is no `when`.

use dag_runtime::{Serial, dag, task};

#[task]
fn draw(n: u32) -> String {
    n.to_string()
}

#[task]
fn half(n: u32) -> Option<u32> {
    Some(n / 2)
}

#[task]
fn number(n: usize) -> u32 {
    n as u32
}

#[task(depends = [draw])]
fn lent(draw: Option<&str>) -> usize {
    draw.map_or(0, str::len)
}

#[task(depends = [draw])]
fn whole(draw: &Option<String>) -> bool {
    draw.is_some()
}

#[task(depends = [half])]
fn nested(half: Option<&Option<u32>>) -> bool {
    half.is_some()
}

#[task(depends = [cells])]
fn all(cells: &[Option<u32>]) -> usize {
    cells.len()
}

dag! {
    graph Report {
        draw(1),
        half(2),
        lent,
        whole,
        nested,
        cells[i in 0..3] = number(i),
        all,
    }
}

fn main() {
    Report.run(&Serial).unwrap();
}
