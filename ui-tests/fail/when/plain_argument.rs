//! Arguments that are the output of a task with `when`, for parameters of the plain type.

use dag_runtime::{Serial, dag, task};

#[task]
fn draw(n: u32) -> String {
    n.to_string()
}

#[task]
fn publish(path: &str) -> usize {
    path.len()
}

#[task]
fn send(path: String) -> usize {
    path.len()
}

#[task]
fn number(n: usize) -> usize {
    n
}

#[task]
fn total(cells: &[usize]) -> usize {
    cells.iter().sum()
}

dag! {
    graph Report(plot: bool) {
        draw(1) when plot,
        picture = draw(2) when plot,
        publish(&draw),
        send(picture),
        cells[i in 0..3] = number(i) when i > 0,
        first = number(cells[1]),
        all = total(&cells),
        some = total(&cells[1..]),
        added = number(cells[1] + 1),
    }
}

fn main() {
    Report { plot: true }.run(&Serial).unwrap();
}
