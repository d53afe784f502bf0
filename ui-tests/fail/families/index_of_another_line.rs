use dag_runtime::{Serial, dag, task};

#[task]
fn number(n: usize) -> usize {
    n
}

dag! {
    graph Numbers {
        line[i in 0..4] = number(i),
        after = number(1) after [line[i]],
        argument = number(line[i]),
        member = number(line[1, 2]),
        other[k in 0..i] = number(k),
        rank = number(1) on i,
    }
}

fn main() {
    Numbers.run(&Serial).unwrap();
}
