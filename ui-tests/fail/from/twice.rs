use dag_runtime::{Serial, dag, task};

#[task]
fn load() -> u32 {
    1
}

#[task]
fn save() -> u32 {
    1
}

#[task(depends = [load, save])]
fn mean(
    #[from(load)]
    #[from(save)]
    xs: u32,
) -> u32 {
    xs
}

dag! {
    graph Stats -> mean {
        load,
        save,
        mean,
    }
}

fn main() {
    Stats.run(&Serial).unwrap();
}
