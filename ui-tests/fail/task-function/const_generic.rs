use dag_runtime::{Serial, dag, task};

#[task]
fn zeros<const N: usize>() -> [u8; N] {
    [0; N]
}

dag! {
    graph Zeros -> zeros {
        zeros,
    }
}

fn main() {
    let _ = Zeros.run(&Serial).unwrap();
}
