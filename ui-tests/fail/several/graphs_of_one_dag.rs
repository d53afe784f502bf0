use dag_runtime::{Serial, dag, task};

#[task]
fn load(path: &str) -> u32 {
    path.len() as u32
}

dag! {
    graph First -> lod {
        load("a"),
    }

    graph Second -> load {
        load(1),
    }

    graph Third {
        a = load("a") after [b],
        b = load("b") after [a],
    }

    graph Fourth -> load {
        load("a"),
        load("b"),
    }
}

fn main() {
    let _ = First.run(&Serial);
    Second.run(&Serial).unwrap();
    Third.run(&Serial).unwrap();
    Fourth.run(&Serial).unwrap();
}
