use dag_runtime::task;

mod stages {
    #[super::task]
    fn load() -> u32 {
        1
    }
}

#[task(depends = [stages::load])]
fn mean(load: u32) -> u32 {
    load
}

fn main() {
    mean(1);
}
