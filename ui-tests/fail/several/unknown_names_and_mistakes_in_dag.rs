use dag_runtime::{Serial, dag, task};

#[task]
fn number(n: u32) -> u32 {
    n
}

#[task(depends = [nubmer])]
fn double(nubmer: u32) -> u32 {
    nubmer * 2
}

#[task(depends = [number], csot = 2)]
fn triple(number: u32) -> u32 {
    number * 3
}

dag! {
    graph Numbers -> (double, trible) {
        number(count),
        double,
        triple,
    }
}

fn main() {
    Numbers.run(&Serial).unwrap();
}
