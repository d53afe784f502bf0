use dag_runtime::task;

#[task]
fn load() -> u32 {
    1
}

#[task(depends = [load])]
fn mean(#[from(lode)] xs: u32) -> u32 {
    xs
}

fn main() {
    mean(load());
}
