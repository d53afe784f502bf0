//! Large outputs: a run needs no more of the stack for them than plain calls do, without optimisation too.

use std::thread;

use dag_runtime::{Rayon, Serial, dag, task};

const N: usize = 1 << 20;

type Large = [u8; N];

#[task]
fn make() -> Large {
    [1; N]
}

#[task(depends = [make])]
fn last(make: &Large) -> u8 {
    make[N - 1]
}

#[task(depends = [make])]
fn first(make: Large) -> u8 {
    make[0]
}

#[task]
fn sum(xs: &[u8]) -> usize {
    xs.iter().map(|&x| usize::from(x)).sum()
}

#[task]
fn large(n: u8) -> Large {
    [n; N]
}

dag! {
    graph Borrowed -> (last, first, sum) { make, last, first, sum(&make[..]) }
    graph Many -> all { a = make, b = make, c = make, d = make, e = make, f = make, all = sums([&a, &b, &c, &d, &e, &f]) }
    graph Family -> total { part[i in 0..8] = large(i as u8), total = sum(&part[7][..]) }
}

#[task]
fn sums(all: [&Large; 6]) -> usize {
    all.map(|large| usize::from(large[N / 2])).iter().sum()
}

/// Runs `body` on a thread with the stack that threads usually have, of 2 MiB.
fn on_a_thread(body: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(2 << 20).spawn(body).unwrap().join().unwrap();
}

#[test]
fn one_is_on_the_stack_at_a_time() {
    on_a_thread(|| {
        assert_eq!(Borrowed.run(&Serial).unwrap(), (1, 1, N));
        assert_eq!(Many.run(&Serial).unwrap(), 6);
        assert_eq!(Family.run(&Serial).unwrap(), 7 * N);
        assert_eq!(Many.run(&Serial.keep_going()).unwrap(), 6);
    });
    for threads in [1, 2, 4] {
        on_a_thread(move || {
            let rayon = Rayon::builder().threads(threads).stack_size(2 << 20).build().unwrap();
            for _ in 0..4 {
                assert_eq!(Borrowed.run(&rayon).unwrap(), (1, 1, N));
                assert_eq!(Many.run(&rayon).unwrap(), 6);
                assert_eq!(Family.run(&rayon).unwrap(), 7 * N);
            }
        });
    }
}

#[task]
fn fallible(fail: bool) -> Result<Large, String> {
    if fail { Err("it has to".to_owned()) } else { Ok([1; N]) }
}

#[task]
fn change(mut large: Large) -> Large {
    large[0] += 1;
    large
}

dag! {
    graph Moved(fail: bool) -> changed { fallible(fail), once = change(fallible), changed = change(once) }
}

#[task]
fn numbers() -> [u8; 3] {
    [1, 2, 3]
}

#[task(depends = [numbers], each = numbers)]
fn borrowed(numbers: &u8) -> Large {
    [*numbers; N]
}

#[task(depends = [numbers], each = numbers)]
fn fails(numbers: u8) -> Result<Large, String> {
    if numbers > 3 { Err("it has to".to_owned()) } else { Ok([numbers; N]) }
}

#[task]
fn largest(first: &[Large], second: &[Large], third: &[Large]) -> u8 {
    first[0][9] + second[1][9] + third[2][9]
}

dag! {
    graph Elements -> largest {
        numbers,
        borrowed,
        fails,
        argument = large(each numbers),
        largest(&borrowed, &fails, &argument),
    }
}

#[test]
fn one_element_is_on_the_stack_at_a_time() {
    let on_a_thread = |body: fn()| {
        thread::Builder::new().stack_size(4 << 20).spawn(body).unwrap().join().unwrap();
    };
    on_a_thread(|| assert_eq!(Elements.run(&Serial).unwrap(), 6));
    on_a_thread(|| {
        for threads in [1, 2] {
            let rayon = Rayon::builder().threads(threads).stack_size(4 << 20).build().unwrap();
            assert_eq!(Elements.run(&rayon).unwrap(), 6);
            assert_eq!(Elements.run(&rayon.keep_going()).unwrap(), 6);
        }
    });
}

#[test]
fn a_pool_may_have_larger_stacks() {
    let rayon = Rayon::builder().threads(2).stack_size(16 << 20).build().unwrap();
    thread::Builder::new()
        .stack_size(16 << 20)
        .spawn(move || {
            assert_eq!(Moved { fail: false }.run(&rayon).unwrap()[0], 3);
            let error = Moved { fail: true }.run(&rayon).unwrap_err();
            assert_eq!(error.to_string(), "task `fallible` of graph `Moved` failed: it has to");
        })
        .unwrap()
        .join()
        .unwrap();
}
