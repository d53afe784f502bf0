use dag_runtime::{Serial, dag, task};

#[task(depends = [b])]
fn a() {}

#[task(depends = [a])]
fn b() {}

#[task(depends = [d])]
fn c() {}

#[task(depends = [c])]
fn d() {}

dag! {
    graph Pairs {
        a,
        b,
        c,
        d,
    }
}

fn main() {
    Pairs.run(&Serial).unwrap();
}
