use dag_runtime::{Serial, dag, task};

#[task]
fn number(n: usize) -> usize {
    n
}

dag! {
    graph Numbers {
        line[i in 0..4] = number(i),
        fraction = number(line[1.5]),
        text = number(line["1"]),
        truth = number(line[true]) after [line['1']],
        range[i in 0..2.5] = number(i),
    }
}

fn main() {
    Numbers.run(&Serial).unwrap();
}
