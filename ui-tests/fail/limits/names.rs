use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> usize {
    i
}

#[task]
fn count(xs: &mut Vec<usize>) -> usize {
    xs.len()
}

dag! {
    #[limit(memory = 16, gpu = 1)]
    graph Names<'a>(max: usize, world: &'a mut Vec<usize>) {
        a = one(0) using memroy = 2,
        b = one(1) using connections,
        c = one(2) using [gpu, memory, gpu],
        d = one(3) using memory = a,
        e = one(4) using memory = world.len(),
        g = one(6) using max,
    }

    graph None {
        a = one(0) using gpu,
    }
}

dag! {
    #[limit(a = load, b = max * per, c = world.len())]
    #[limit(c = 1)]
    graph Declared<'a>(max: usize, world: &'a mut Vec<usize>) {
        load = one(max) using a,
        count(world),
    }
}

fn main() {
    let mut world = vec![];
    Names { max: 1, world: &mut world }.run(&Serial).unwrap();
    None.run(&Serial).unwrap();
    Declared { max: 1, world: &mut world }.run(&Serial).unwrap();
}
