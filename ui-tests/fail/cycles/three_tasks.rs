use dag_runtime::{Serial, dag, task};

#[task(depends = [merge])]
fn load(merge: &[i32]) -> Vec<i32> {
    merge.to_vec()
}

#[task(depends = [load])]
fn clean(load: &[i32]) -> Vec<i32> {
    load.to_vec()
}

#[task(depends = [clean])]
fn merge(clean: &[i32]) -> Vec<i32> {
    clean.to_vec()
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
