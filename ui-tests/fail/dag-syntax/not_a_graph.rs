use dag_runtime::{Serial, dag, task};

#[task]
fn load() {}

dag! {
    grahp Stats {
        load,
    }
}

dag! {
    struct Other {
        load,
    }
}

fn main() {
    load();
    let _ = Serial;
}
