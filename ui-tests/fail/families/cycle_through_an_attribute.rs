use dag_runtime::{Serial, dag, task};

#[task]
fn step(before: Option<&f64>) -> f64 {
    before.map_or(1.0, |before| before / 2.0)
}

#[task(depends = [cell])]
fn all(cell: &[f64]) -> f64 {
    cell.iter().sum()
}

dag! {
    graph Whole {
        all,
        cell[i in 0..3] = step(if i == 2 { Some(&all) } else { None }),
    }
}

fn main() {
    Whole.run(&Serial).unwrap();
}
