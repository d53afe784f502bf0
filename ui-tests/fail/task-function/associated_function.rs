use dag_runtime::{Serial, dag, task};

struct Reader {
    limit: usize,
}

impl Reader {
    #[task]
    fn new() -> Self {
        Reader { limit: 1 }
    }
}

#[task]
fn size(reader: &Reader) -> usize {
    reader.limit
}

dag! {
    graph Sizes(reader: Reader) -> size {
        size(&reader),
    }
}

fn main() {
    Sizes { reader: Reader::new() }.run(&Serial).unwrap();
}
