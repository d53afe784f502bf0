use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> f64 {
    i as f64
}

#[task]
fn add(x: &f64, y: usize) -> f64 {
    x + y as f64
}

dag! {
    graph Unknown[steps, cells] -> last {
        cell[t in 0..step, x in 0..cells] = one(t + x),
        last = add(if step > 1 { &cell[steps - 1, cell_count - 1] } else { &0.0 }, size),
    }
}

fn main() {
    Unknown { steps: 3, cell: 4 }.run(&Serial).unwrap();
}
