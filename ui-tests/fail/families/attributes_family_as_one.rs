use dag_runtime::{Serial, dag, task};

#[task]
fn step(before: Option<&f64>) -> f64 {
    before.map_or(1.0, |before| before / 2.0)
}

#[task(depends = [cell])]
fn all(cell: &f64) -> f64 {
    *cell
}

dag! {
    graph One {
        all,
        cell[i in 0..3] = step(None),
    }
}

fn main() {
    One.run(&Serial).unwrap();
}
