use dag_runtime::{Serial, dag, task};

#[task]
fn number(n: usize) -> usize {
    n
}

dag! {
    graph Numbers -> (other, line[1]) {
        line[i in 0..4] = number(i),
        other = number(1),
    }
}

fn main() {
    Numbers.run(&Serial).unwrap();
}
