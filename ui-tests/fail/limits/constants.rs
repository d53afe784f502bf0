use dag_runtime::{Serial, dag, task};

const LARGE: usize = 20;

const fn gigabytes(n: u64) -> u64 {
    n << 30
}

#[task]
fn one(i: usize) -> usize {
    i
}

dag! {
    #[limit(memory = LARGE - 4, gpu = 1, none = 0, negative = -1, bytes = const { gigabytes(2) }, max = max)]
    graph Constants<'a>(max: usize, size: &'a usize) {
        fits = one(0) using [memory = 16, gpu, none = 0],
        a = one(1) using memory = LARGE,
        b = one(2) using [memory = { 4 * 5 }, gpu = 2],
        c[i in 0..4] = one(i) using none,
        d = one(3) using bytes = const { gigabytes(3) },
        e = one(4) using memory = 0 - 1,
        f = one(5) using [max, gpu = max, memory = size],
        g[i in 0..4] = one(i) using gpu = i,
    }

    #[limit(text = "many")]
    graph Types {
        a = one(0) using text,
    }
}

fn main() {
    Constants { max: 1, size: &1 }.run(&Serial).unwrap();
    Types.run(&Serial).unwrap();
}
