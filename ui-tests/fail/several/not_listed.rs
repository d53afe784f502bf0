use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task]
fn clean() -> u32 {
    1
}

#[task(depends = [load, clean])]
fn mean(load: u32, clean: u32) -> u32 {
    load + clean
}

#[task(depends = [clean])]
fn report(#[from(load)] all: u32) -> u32 {
    all
}

dag! {
    graph Stats -> report {
        mean,
        report,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    load();
    clean();
}
