use dag_runtime::{Serial, dag, task};

#[task]
fn cell(i: usize) -> Vec<usize> {
    vec![i]
}

#[task]
fn add(element: &usize) -> usize {
    element + 1
}

#[task]
fn sum(cells: &[usize]) -> usize {
    cells.iter().sum()
}

dag! {
    graph Cells -> last {
        cell[i in 0..3],
        added = add(each &cell[2]),
        first = sum(&cell[0]),
        line[i in 0..3] = sum(&cell[i]) after [cell[0]],
        last = sum(&line),
    }
}

fn main() {
    Cells.run(&Serial).unwrap();
}
