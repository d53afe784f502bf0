use dag_runtime::{Serial, dag, task};

#[task]
fn load() {}

dag! {
    grahp Stats {
        load,
    }

    graph Again {
        load,
    }
}

dag! {
    struct Other {
        load,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    Again.run(&Serial).unwrap();
    Other.run(&Serial).unwrap();
}
