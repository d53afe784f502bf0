//! A type as a node is one error, and nothing follows from it.

use dag_runtime::{Serial, dag, task};

#[derive(Clone)]
struct Point(u32);

#[task]
fn length(x: u32) -> u32 {
    x
}

dag! {
    graph Types -> (length, point, grid) {
        point = Point(1),
        number = f64(1),
        grid[i in 0..3] = Point(point.0),
        length(number as u32 + grid[0].0),
    }
}

fn main() {
    let (length, point, grid) = Types.run(&Serial).unwrap();
    let _: u32 = length + point.0 + grid.len() as u32;
}
