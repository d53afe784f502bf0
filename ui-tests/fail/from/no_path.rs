use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task(depends = [load])]
fn mean(#[from] xs: u32, #[from()] ys: u32, #[from = load] zs: u32, #[from("load")] all: u32) -> u32 {
    xs + ys + zs + all
}

dag! {
    graph Stats -> load {
        load,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
    mean(1, 2, 3, 4);
}
