//! What limits cost: tasks of 1 µs on two threads, under a limit that the threads keep anyway, one that is looked at for each
//! task, and one that leaves room for one task at a time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use dag_runtime::{Rayon, dag, task};
use serde_json::json;

use crate::measure::{Contender, Sample, run_rounds, timed};
use crate::report::{Record, Table, number};
use crate::{Common, Result};

const TASKS: usize = 10_000;
const THREADS: usize = 2;

/// At most this many times as long as without a limit.
const BAR: f64 = 1.2;

/// A task of 1 µs.
#[task]
fn spin(i: usize) -> usize {
    let start = Instant::now();
    while start.elapsed() < Duration::from_micros(1) {
        std::hint::spin_loop();
    }
    i
}

dag! {
    graph Free { all[i in 0..TASKS] = spin(i) }

    #[limit(slots = THREADS)]
    graph Kept { all[i in 0..TASKS] = spin(i) using slots }

    #[limit(slots = THREADS + 1)]
    graph Counted { all[i in 0..TASKS - 1] = spin(i) using slots, two = spin(0) using slots = 2 }

    #[limit(slots = 1)]
    graph OneByOne { all[i in 0..TASKS] = spin(i) using slots }
}

pub(crate) fn run(common: &Common) -> Result {
    let mut record = Record::new("limits", common.json.as_deref());
    let rayon = Arc::new(Rayon::with_threads(THREADS)?);
    let contender = |name, run: fn(&Rayon)| {
        let rayon = Arc::clone(&rayon);
        Contender::new(name, timed(move |times| (0..times).for_each(|_| run(&rayon))))
    };
    let mut contenders = [
        contender("no limit", |rayon| Free.run(rayon).expect("no task fails")),
        contender("a limit of 2", |rayon| Kept.run(rayon).expect("no task fails")),
        contender("a limit of 3, one task takes 2", |rayon| Counted.run(rayon).expect("no task fails")),
        contender("a limit of 1", |rayon| OneByOne.run(rayon).expect("no task fails")),
    ];
    run_rounds(&mut contenders, common.rounds, Sample::Long);
    let [free, ..] = &contenders;
    let mut table = Table::new(["graph", "a run, ms", "ratio"]);
    for contender in &contenders {
        let ratio = contender.ratio(free);
        let seconds = contender.median();
        table.row([contender.id.to_owned(), number(1e3 * seconds), format!("{ratio:.3}")]);
        record.push(json!({ "graph": contender.id, "seconds": seconds, "ratio": ratio }));
    }
    let kept = contenders[1].ratio(free);
    let verdict = if kept <= BAR { "as it has to be" } else { "too slow" };
    println!("{TASKS} tasks of 1 µs on {THREADS} threads.\n\n{table}");
    println!("A limit of 2 takes {kept:.3} times as long, at most {BAR}: {verdict}.");
    record.save()
}
