use dag_runtime::{Serial, dag, task};

#[task]
fn list(n: usize) -> Vec<usize> {
    vec![n]
}

#[task]
fn join(lists: Vec<Vec<usize>>) -> usize {
    lists.len()
}

const LAST: bool = true;

dag! {
    graph Loops -> (repeated, mapped, chosen) {
        part[i in 0..2] = list(i),
        whole = list(2),
        repeated = join({
            let mut lists = Vec::new();
            for _ in 0..2 {
                lists.push(part[0]);
            }
            lists
        }),
        mapped = join((0..2).map(|_| part[1]).collect()),
        chosen = join(if LAST { std::iter::repeat_with(|| whole).take(2).collect() } else { Vec::new() }),
    }
}

fn main() {
    Loops.run(&Serial).unwrap();
}
