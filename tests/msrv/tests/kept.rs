//! Outputs that the next run finds.

use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, process};

use dag_runtime::{Error, Key, Serial, Store, dag, task};

#[derive(Clone, Copy, Key)]
struct Config {
    degree: u32,
}

#[task]
fn samples(count: u64, #[key(skip)] calls: &AtomicU32) -> Vec<u64> {
    calls.fetch_add(1, Ordering::Relaxed);
    (0..count).collect()
}

#[task(depends = [samples], version = 2)]
fn fit(samples: &[u64], config: Config, i: usize) -> Option<u64> {
    samples.get(i).map(|sample| sample * u64::from(config.degree))
}

#[task]
fn best(fits: &[Option<u64>]) -> u64 {
    fits.iter().flatten().max().copied().unwrap_or(0)
}

dag! {
    graph Learn<'a>[n](count: u64, config: Config, calls: &'a AtomicU32) -> best {
        samples(count + 1, calls),
        fit[i in 0..n] = fit(config, i) keep,
        best(&fit[..]) when n > 1 && count > 2,
    }
}

#[test]
fn the_second_run_finds_what_the_first_one_kept() -> Result<(), Error> {
    let folder = env::temp_dir().join(format!("dag-msrv-{}", process::id()));
    let store = Store::open(&folder)?;
    let calls = AtomicU32::new(0);
    for degree in [2, 2, 3] {
        let learn = Learn { n: 4, count: 8, config: Config { degree }, calls: &calls };
        assert_eq!(learn.run(&Serial.store(&store))?, Some(3 * u64::from(degree)));
    }
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    drop(store);
    fs::remove_dir_all(folder).expect("the store is closed");
    Ok(())
}
