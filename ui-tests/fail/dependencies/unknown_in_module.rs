use dag_runtime::task;

mod stages {
    #[super::task]
    pub fn load() -> u32 {
        1
    }
}

#[task(depends = [stages::loads])]
fn mean(loads: u32) -> u32 {
    loads
}

fn main() {
    mean(stages::load());
}
