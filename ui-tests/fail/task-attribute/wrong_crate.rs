use dag_runtime::task;

#[task(crate = dag)]
fn load() {}

fn main() {
    load();
}
