//! What stands in `#[limit]` and behind `using`.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

use crate::meter::Meter;

const GIGABYTES: u8 = 16;
const LARGE: i32 = 12;

#[task]
fn fetch(url: &str, meter: &Meter) -> usize {
    meter.hold(1);
    url.len()
}

#[task]
fn extract(page: usize, meter: &Meter) -> usize {
    meter.hold(4);
    page + 1
}

#[task]
fn train(features: &[usize], gpu: &Meter, memory: &Meter) -> usize {
    gpu.hold(1);
    memory.hold(12);
    features.iter().sum()
}

#[task]
fn work(x: usize, meter: &Meter, units: usize) -> usize {
    meter.hold(units as i64);
    x
}

#[task]
fn sum(xs: &[usize]) -> usize {
    xs.iter().sum()
}

#[task]
fn wanted(xs: &[Option<usize>]) -> usize {
    xs.iter().flatten().sum()
}

struct Meters {
    connections: Meter,
    gpu: Meter,
    memory: Meter,
}

dag! {
    #[limit(connections = max, gpu = 1, memory = GIGABYTES)]
    graph Crawl<'a>(urls: &'a [&'a str], max: usize, meters: &'a Meters) -> (model, other) {
        pages = fetch(each urls, &meters.connections) using connections,
        features = extract(each pages, &meters.memory) using memory = 4,
        model = train(&features, &meters.gpu, &meters.memory) after [other] using [gpu, memory = LARGE],
        other = train(&features, &meters.gpu, &meters.memory) using [memory = { 10 + 2 }, gpu,] on 1,
    }

    /// The limit has the name of an input.
    #[limit(units = units.len() + extra)]
    #[limit(other = n * 2)]
    graph Sized<'a>[n](meter: &'a Meter, second: &'a Meter, units: Vec<u8>, extra: usize) -> (sum, late, wanted) {
        cell[i in 0..n, j in 0..=i] = work(i * j, meter, i % 3) using units = i % units.len(),
        pair[i in 0..n] = work(i, second, 2 * i.min(1)) when i % 2 == 1 using other = if i == 0 { 0 } else { 2 },
        maybe[i in 0..n] = work(i, second, n / 2) when i > 7 using other = n / 2 on i % ranks,
        sum(&cell),
        late = sum(&cell) after [pair[n - 1] if n > 0] using [units = units.len(), other = n],
        wanted(&maybe),
    }

    #[limit(slots = 2)]
    graph Generic<'a, T: Copy + Sync + Into<usize>, const N: usize>(values: [T; N], meter: &'a Meter) -> sum {
        all[i in 0..4] = work(values[i % N].into(), meter, 1) using slots = N - 1,
        sum(&all),
    }

    #[limit(nobody = 1)]
    graph Unused<'a>(calls: &'a AtomicUsize) -> count { count(calls) }

    #[limit(zero = calls.fetch_add(1, SeqCst))]
    graph Called<'a>(calls: &'a AtomicUsize) -> count { count(calls) using zero = 0 }
}

#[task]
fn count(calls: &AtomicUsize) -> usize {
    calls.fetch_add(1, SeqCst)
}

#[test]
fn several_limits_hold_for_tasks_and_for_elements() {
    let urls: Vec<String> = (0..60).map(|i| "x".repeat(i)).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let meters = Meters { connections: Meter::default(), gpu: Meter::default(), memory: Meter::default() };
    for max in [1, 2, 3, 100] {
        let results = Everywhere::new().each(|executor| {
            let result = Crawl { urls: &urls, max, meters: &meters }.run(executor).unwrap();
            let calls = [meters.connections.take(max as i64), meters.gpu.take(1), meters.memory.take(16)];
            (result, calls)
        });
        let expected = (0..60).sum::<usize>() + 60;
        for result in results {
            assert_eq!(result, ((expected, expected), [60, 2, 62]));
        }
    }
}

#[test]
fn units_depend_on_inputs_sizes_and_indices() {
    let (meter, second) = (Meter::default(), Meter::default());
    for n in [0, 1, 2, 9] {
        let results = Everywhere::new().each(|executor| {
            let graph = Sized { n, meter: &meter, second: &second, units: vec![0; 3], extra: n % 2 };
            let result = graph.run(executor).unwrap();
            let calls = (meter.take(3 + n as i64 % 2), second.take(2 * n as i64));
            (result, calls)
        });
        let expected: usize = (0..n).flat_map(|i| (0..=i).map(move |j| i * j)).sum();
        let maybe = usize::from(n == 9) * 8;
        for (result, calls) in results {
            assert_eq!(result, (expected, expected, maybe));
            assert_eq!(calls, (n * (n + 1) / 2, n / 2 + usize::from(n == 9)));
        }
    }
}

#[test]
fn a_graph_may_have_parameters() {
    let meter = Meter::default();
    assert_eq!(
        Everywhere::new().agree(|executor| {
            let result = Generic { values: [1_u8, 2, 3], meter: &meter }.run(executor).unwrap();
            assert_eq!(meter.take(1), 4);
            result
        }),
        7
    );
}

#[test]
fn numbers_are_calculated_once_for_each_run() {
    let calls = AtomicUsize::new(0);
    assert_eq!(
        Everywhere::new().agree(|executor| {
            calls.store(0, SeqCst);
            Called { calls: &calls }.run(executor).unwrap()
        }),
        1
    );
    assert_eq!(
        Everywhere::new().agree(|executor| {
            calls.store(0, SeqCst);
            Unused { calls: &calls }.run(executor).unwrap()
        }),
        0
    );
}
