use dag_runtime::{Serial, dag, task};

struct Reader {
    limit: usize,
}

impl Reader {
    #[task]
    fn read(&self) -> usize {
        self.limit
    }
}

#[task]
fn size(reader: &Reader) -> usize {
    reader.read()
}

dag! {
    graph Sizes(reader: Reader) -> size {
        size(&reader),
    }
}

fn main() {
    Sizes { reader: Reader { limit: 1 } }.run(&Serial).unwrap();
}
