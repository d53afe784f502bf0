use dag_runtime::{Serial, dag, task};

struct Reader {
    limit: usize,
}

impl Reader {
    #[task]
    fn limit() -> usize {
        1
    }
}

#[task]
fn size(reader: &Reader) -> usize {
    reader.limit + Reader::limit()
}

dag! {
    graph Sizes(reader: Reader) -> size {
        size(&reader),
    }
}

fn main() {
    Sizes { reader: Reader { limit: 1 } }.run(&Serial).unwrap();
}
