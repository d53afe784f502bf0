use dag_runtime::{Serial, dag, task};

#[task(depends = [merge])]
fn load(merge: &[i32]) -> Vec<i32> {
    merge.to_vec()
}

#[task(depends = [load])]
fn clean(load: &[i32]) -> Vec<i32> {
    load.to_vec()
}

#[task(depends = [load, clean])]
fn merge(load: &[i32], clean: &[i32]) -> Vec<i32> {
    [load, clean].concat()
}

#[task(depends = [merge])]
fn report(merge: &[i32]) -> usize {
    merge.len()
}

dag! {
    graph Stats -> report {
        report,
        clean,
        load,
        merge,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
