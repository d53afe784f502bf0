use dag_runtime::{Serial, dag, task};

mod input {
    #[super::task(depends = [super::output::write])]
    pub fn read() -> u32 {
        1
    }
}

mod output {
    use crate::input::read as source;

    #[super::task(depends = [source])]
    pub fn write(source: u32) -> u32 {
        source
    }
}

dag! {
    graph Copy -> write {
        input::read,
        output::write,
    }
}

fn main() {
    Copy.run(&Serial).unwrap();
}
