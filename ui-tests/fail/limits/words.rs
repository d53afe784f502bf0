use dag_runtime::{Serial, dag, task};

#[task]
fn one(i: usize) -> usize {
    i
}

dag! {
    #[limit(gpu = 1, memory = 16)]
    graph Words(max: usize) {
        a = one(0) using,
        b = one(1) using [],
        c = one(2) using gpu when max > 1,
        d = one(3) using memory = 2 after [a],
        e = one(4) on 0 using gpu,
        f = one(5) using memory =,
        g = one(6) using memory = 1.5,
        h = one(7) using memory = 2 using gpu,
        i = one(8) usin gpu,
        j = one(9) using gpu memory,
        k = one(10) using [gpu memory],
    }
}

dag! {
    #[limit]
    graph Bare { a = one(0) using gpu }

    #[limit()]
    graph Empty { a = one(0) using gpu }

    #[limit(gpu, memory = , 3 = x, disk = true)]
    graph Odd { a = one(0) using gpu }

    #[limit(gpu = 1, memory = 16)]
    graph Commas { a = one(0) using gpu, memory = 12 }
}

fn main() {
    Words { max: 1 }.run(&Serial).unwrap();
}
