//! What one process measures.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use bench_graphs::Graph;
use dag_runtime::Rayon;
use rayon::{ThreadPool, ThreadPoolBuilder};
use serde_json::Value;

use super::graphs::{THREADS, VECTORS, frame, frame_by_hand, frame_in_order};
use super::once;
use super::rows::{Group, PART, Row};
use crate::Result;
use crate::measure::{Contender, quantile, run_singly, timed, timed_inside};
use crate::native;
use crate::overhead::{KINDS, candidates, check, fast_systems};
use crate::systems::{Contenders, Id, Place, SEED, Threads, ours, rayon_pool};

/// The hidden command that measures.
pub(super) const COMMAND: &str = "steady-process";

/// How long the tasks of frames are, in microseconds.
const FRAMES: [u64; 4] = [1, 5, 20, 100];

/// What is measured.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    #[arg(long)]
    runs: usize,
    #[arg(long)]
    only: Vec<Group>,
    #[arg(long)]
    beside_busy: bool,
}

pub(crate) fn run(options: &Options) -> Result {
    ThreadPoolBuilder::new().num_threads(THREADS).build_global()?;
    let wanted = |group| options.only.is_empty() || options.only.contains(&group);
    let mut rows = Vec::new();
    // First, since the first run of a graph may depend on what the process did before.
    if wanted(Group::Long) && !options.beside_busy {
        once::long(&mut rows)?;
    }
    if wanted(Group::Nine) {
        nine(options.runs, &mut rows)?;
    }
    if wanted(Group::Frames) {
        frames(options.runs, &mut rows)?;
    }
    if wanted(Group::Shapes) {
        shapes(options.runs, &mut rows)?;
    }
    if wanted(Group::Busy) {
        once::busy(&mut rows)?;
    }
    let rows: Vec<Value> = rows.iter().map(Row::to_json).collect();
    println!("{}", Value::from(rows));
    Ok(())
}

/// A row from what has run, ours first.
fn row(group: Group, what: String, ran: &[Contender<&str>]) -> Row {
    let figures: Vec<f64> = ran.iter().map(|contender| quantile(&contender.seconds, PART)).collect();
    let others = ran.iter().zip(&figures).skip(1).map(|(other, &figure)| (other.id.to_owned(), figure));
    Row {
        group,
        what,
        case: String::new(),
        ours: figures[0],
        again: None,
        others: others.collect(),
        held: true,
    }
}

/// Something that is run some times.
fn contender(name: &'static str, run: impl Fn() + 'static) -> Contender<&'static str> {
    Contender::new(name, timed(move |times| (0..times).for_each(|_| run())))
}

fn nine(runs: usize, rows: &mut Vec<Row>) -> Result {
    let listed = bench_graphs::all().into_iter().find(|listed| listed.graphs[1].shape == "wavefront 3x3");
    let numbers: Graph = listed.ok_or("there is no graph of 9 tasks")?.graphs[1];
    let pool = rayon_pool(THREADS)?;
    for kind in ["numbers", "vectors"] {
        let on = |rayon: Rayon| {
            contender(ours::OURS, move || match kind {
                "numbers" => (numbers.rayon)(SEED, &rayon).expect("no task fails"),
                _ => _ = black_box(VECTORS.1(&rayon)),
            })
        };
        let serial = contender("Serial", move || match kind {
            "numbers" => (numbers.serial)(SEED).expect("no task fails"),
            _ => _ = black_box(VECTORS.0()),
        });
        let inner = Arc::clone(&pool);
        let install = contender("an empty install", move || inner.install(|| ()));
        let mut all = [on(Rayon::new()), serial, on(Rayon::with_threads(THREADS)?), install];
        run_singly(&mut all, runs);
        let name = |place| format!("9 tasks that pass {kind}, {place} from outside");
        rows.push(row(Group::Nine, name("`Rayon::new()`"), &all[..2]));
        rows.push(row(Group::Nine, name("`with_threads(2)`"), &all[2..]));
    }
    Ok(())
}

fn frames(runs: usize, rows: &mut Vec<Row>) -> Result {
    let pool = rayon_pool(THREADS)?;
    let own = Rayon::with_threads(THREADS)?;
    for micros in FRAMES {
        let length = Duration::from_micros(micros);
        let expected = frame_in_order(length);
        if [frame(length, &Rayon::new()), frame(length, &own), frame_by_hand(length)] != [expected; 3] {
            return Err("a frame does not give what it gives in order".into());
        }
        let by_hand = move || _ = frame_by_hand(length);
        let in_order = move || _ = frame_in_order(length);
        let global = move || _ = frame(length, &Rayon::new());
        let rayon = own.clone();
        let entering = |name, run: fn(Duration) -> u64| {
            let pool = Arc::clone(&pool);
            contender(name, move || _ = pool.install(|| run(length)))
        };
        let places = [
            (
                "`Rayon::new()` from outside",
                [
                    contender(ours::OURS, global),
                    contender("Serial", in_order),
                    contender("rayon::join", by_hand),
                ],
            ),
            (
                "`with_threads(2)` from outside",
                [
                    contender(ours::OURS, move || _ = frame(length, &rayon)),
                    entering("Serial in an install", frame_in_order),
                    entering("rayon::join in an install", frame_by_hand),
                ],
            ),
            (
                "from inside of a pool of 2",
                [
                    inside(ours::OURS, &pool, global),
                    inside("Serial", &pool, in_order),
                    inside("rayon::join", &pool, by_hand),
                ],
            ),
        ];
        for (place, mut all) in places {
            run_singly(&mut all, runs);
            rows.push(row(Group::Frames, format!("12 tasks of {micros} µs, {place}"), &all));
        }
    }
    Ok(())
}

/// Something that is run some times by a thread of the pool.
fn inside(
    name: &'static str,
    pool: &Arc<ThreadPool>,
    run: impl Fn() + Send + 'static,
) -> Contender<&'static str> {
    Contender::new(name, timed_inside(pool, move |times| (0..times).for_each(|_| run())))
}

fn shapes(runs: usize, rows: &mut Vec<Row>) -> Result {
    let threads = Threads::start()?;
    let (libraries, _) = native::libraries();
    for candidate in candidates().iter().filter(|candidate| candidate.shape.tasks() >= 1000) {
        for (kind, kind_name) in KINDS.iter().enumerate() {
            let mut all = Contenders::new();
            for _ in 0..2 {
                ours::graph(ours::OURS, candidate.listed.graphs[kind], &threads.rayon, &mut all);
            }
            fast_systems(&candidate.shape, kind, &threads, &libraries, &mut all);
            check(candidate, kind, &mut all)?;
            for place in [Place::Inside(1), Place::Outside(1), Place::Inside(2), Place::Outside(2)] {
                let mut here: Vec<Contender<Id>> =
                    all.extract_if(.., |contender| contender.id.1 == place).collect();
                run_singly(&mut here, runs);
                let figure = |contender: &Contender<Id>| quantile(&contender.seconds, PART);
                let (own, others): (Vec<_>, Vec<_>) =
                    here.iter().partition(|contender| contender.id.0 == ours::OURS);
                rows.push(Row {
                    group: Group::Shapes,
                    what: format!("{kind_name}, {}", place.name()),
                    case: candidate.shape.name.into(),
                    ours: figure(own[0]),
                    again: Some(figure(own[1])),
                    others: others.iter().map(|other| (other.id.0.to_owned(), figure(other))).collect(),
                    held: true,
                });
            }
        }
    }
    Ok(())
}
