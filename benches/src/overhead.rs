//! What a task costs beside the task: graphs of tasks that do as good as nothing.

use std::collections::BTreeMap;

use bench_graphs::families::{self, Family};
use bench_graphs::shapes::{self, Shape};
use bench_graphs::{Listed, witness};
use serde_json::json;

use crate::allocations;
use crate::measure::{Sample, ping_pong, quantile, run_rounds};
use crate::native::{self, Library};
use crate::report::{Record, Table, latency, number};
use crate::systems::{Contenders, Id, Place, SEED, Threads, bevy, dagrs, dagx, native as cpp, ours, scope};
use crate::{Common, Result};

/// What of the benchmark is run.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    common: Common,
    /// Only shapes whose name contains this.
    #[arg(long, default_value = "")]
    shape: String,
    /// Only systems whose name contains one of these; ours is always there.
    #[arg(long)]
    system: Vec<String>,
    /// Only what runs on the calling thread.
    #[arg(long)]
    serial: bool,
}

/// The figures of one table: for each system, its time for one run and its ratio to ours, a shape each.
type Figures = BTreeMap<&'static str, BTreeMap<&'static str, (f64, f64)>>;

/// One shape in the two kinds: tasks without outputs, tasks that pass numbers.
pub(crate) struct Candidate {
    pub(crate) shape: Shape,
    pub(crate) listed: Listed,
    family: Option<Family>,
}

/// The kinds of graphs.
pub(crate) const KINDS: [&str; 2] = ["tasks without outputs", "tasks that pass a u64 along each edge"];

pub(crate) fn run(options: &Options) -> Result {
    let mut record = Record::new("overhead", options.common.json.as_deref());
    let threads = Threads::start()?;
    let (libraries, missing) = native::libraries();
    for missing in missing {
        println!("left out: {missing}");
    }
    println!("left out with numbers: {}, which passes none along edges\n", bevy::NAME);

    let mut tables: BTreeMap<(usize, Place), Figures> = BTreeMap::new();
    let mut allocated = tables.clone();
    let mut builds: Figures = BTreeMap::new();
    let mut shapes: Vec<&'static str> = Vec::new();
    let mut latencies = Vec::new();
    for candidate in candidates().iter().filter(|candidate| candidate.shape.name.contains(&options.shape)) {
        shapes.push(candidate.shape.name);
        for (kind, kind_name) in KINDS.iter().enumerate() {
            eprintln!("{}, {kind_name}", candidate.shape.name);
            let mut contenders = contenders(candidate, kind, &threads, &libraries, options);
            check(candidate, kind, &mut contenders)?;
            latencies.push(ping_pong());
            run_rounds(&mut contenders, options.common.rounds, Sample::Short);
            check(candidate, kind, &mut contenders)?;
            // Those of C++ do not go by the allocator of Rust.
            let counted = |system| libraries.iter().all(|library| library.name != system);
            for contender in contenders.iter_mut().filter(|contender| counted(contender.id.0)) {
                let count = allocations::during(|| contender.run_once());
                let (system, place) = contender.id;
                let table = allocated.entry((kind, place)).or_default();
                table.entry(system).or_default().insert(candidate.shape.name, (count as f64, f64::NAN));
                record.push(json!({
                    "shape": candidate.shape.name,
                    "kind": kind_name,
                    "system": system,
                    "place": place.name(),
                    "allocations": count,
                }));
            }
            for contender in &contenders {
                let (system, place) = contender.id;
                let ours = contenders.iter().find(|other| other.id == (ours::OURS, place));
                let ratio = ours.map_or(f64::NAN, |ours| contender.ratio(ours));
                let figure = (contender.median(), ratio);
                let table = tables.entry((kind, place)).or_default();
                table.entry(system).or_default().insert(candidate.shape.name, figure);
                if let Some(built) = contender.built {
                    builds.entry(system).or_default().insert(candidate.shape.name, (built, f64::NAN));
                }
                record.push(json!({
                    "shape": candidate.shape.name,
                    "tasks": candidate.shape.tasks(),
                    "kind": kind_name,
                    "system": system,
                    "place": place.name(),
                    "seconds": contender.seconds,
                    "median": figure.0,
                    "quartiles": [quantile(&contender.seconds, 0.25), quantile(&contender.seconds, 0.75)],
                    "ratio": ratio,
                    "built": contender.built,
                }));
            }
        }
    }

    if shapes.is_empty() {
        return Err(format!("no shape has `{}` in its name", options.shape).into());
    }
    println!("{}\n", latency(&latencies));
    let tasks: BTreeMap<&str, usize> =
        candidates().iter().map(|candidate| (candidate.shape.name, candidate.shape.tasks())).collect();
    let (large, small): (Vec<&str>, Vec<&str>) = shapes.iter().partition(|shape| tasks[*shape] >= 1000);
    for ((kind, place), figures) in &tables {
        let title = format!("{}, {}", KINDS[*kind], place.name());
        if !large.is_empty() {
            println!("{title}: ns a task, and how many times ours that is.\n");
            println!("{}", table(figures, &large, |shape, seconds| 1e9 * seconds / tasks[shape] as f64));
        }
        if !small.is_empty() {
            println!("{title}: ns a run of a small graph, and how many times ours that is.\n");
            println!("{}", table(figures, &small, |_, seconds| 1e9 * seconds));
        }
    }
    for ((kind, place), figures) in allocated.iter().filter(|_| !large.is_empty()) {
        println!("{}, {}: allocations a task, in a run after others.\n", KINDS[*kind], place.name());
        println!("{}", table(figures, &large, |shape, count| count / tasks[shape] as f64));
    }
    if !builds.is_empty() && !large.is_empty() {
        println!("Making the graph, once: ns a task. Ours is made by the compiler, OpenMP's in each run.\n");
        println!("{}", table(&builds, &large, |shape, seconds| 1e9 * seconds / tasks[shape] as f64));
    }
    record.push(json!({ "ping_pong_seconds": latencies }));
    record.save()
}

pub(crate) fn candidates() -> Vec<Candidate> {
    let families = families::all();
    let shapes = shapes::large().into_iter().chain(shapes::small());
    (shapes.zip(bench_graphs::all()))
        .map(|(shape, listed)| {
            assert_eq!(shape.name, listed.graphs[0].shape);
            let family = families.iter().find(|family| family.graphs[0].shape == shape.name).copied();
            Candidate { shape, listed, family }
        })
        .collect()
}

/// All that can run the shape in this kind.
fn contenders(
    candidate: &Candidate,
    kind: usize,
    threads: &Threads,
    libraries: &[&'static Library],
    options: &Options,
) -> Contenders {
    let Candidate { shape, listed, family } = candidate;
    let mut all = Contenders::new();
    ours::graph(ours::OURS, listed.graphs[kind], &threads.rayon, &mut all);
    if let Some(family) = family {
        ours::graph(ours::FAMILY, family.graphs[kind], &threads.rayon, &mut all);
        ours::by_hand(ours::LOOPS, family.loops[kind], &mut all);
    }
    ours::by_hand(ours::BY_HAND, listed.by_hand[kind], &mut all);
    if let Some(pipelines) = listed.pipelines {
        ours::pipeline(pipelines[kind], &mut all);
    }
    if !options.serial {
        fast_systems(shape, kind, threads, libraries, &mut all);
        if kind == 0 {
            dagx::add::<()>(shape, threads, &mut all);
            dagrs::add::<()>(shape, threads, &mut all);
        } else {
            dagx::add::<u64>(shape, threads, &mut all);
            dagrs::add::<u64>(shape, threads, &mut all);
        }
    }
    let wanted = |(system, place): Id| {
        (options.system.is_empty() || system.starts_with(ours::OURS) || matches(&options.system, system))
            && (!options.serial || place == Place::Serial)
    };
    all.retain(|contender| wanted(contender.id));
    all
}

/// The other systems on threads, without those that take several times as long as the best of these in each table.
pub(crate) fn fast_systems(
    shape: &Shape,
    kind: usize,
    threads: &Threads,
    libraries: &[&'static Library],
    into: &mut Contenders,
) {
    let payload = [native::Payload::Units, native::Payload::Values][kind];
    for library in libraries {
        cpp::add(library, shape, payload, into);
    }
    if kind == 0 {
        bevy::add(shape, into);
        scope::add::<()>(shape, threads, into);
    } else {
        scope::add::<u64>(shape, threads, into);
    }
}

fn matches(parts: &[String], system: &str) -> bool {
    parts.iter().any(|part| system.contains(part.as_str()))
}

/// Has each of them run once while it is watched.
pub(crate) fn check(candidate: &Candidate, kind: usize, contenders: &mut Contenders) -> Result {
    let seed = (kind == 1).then_some(SEED);
    for contender in contenders {
        let (system, place) = contender.id;
        witness::watch(&candidate.shape, seed, || contender.run_once())
            .map_err(|fault| format!("{system}, {}, {}: {fault}", candidate.shape.name, place.name()))?;
    }
    Ok(())
}

/// A table with a row for each system, the fastest first, and a column for each shape.
fn table(figures: &Figures, shapes: &[&'static str], unit: impl Fn(&str, f64) -> f64) -> Table {
    let shapes: Vec<&str> =
        shapes.iter().copied().filter(|shape| figures.values().any(|row| row.contains_key(shape))).collect();
    let mut table = Table::new(std::iter::once("system").chain(shapes.iter().copied()));
    let sum = |row: &BTreeMap<&str, (f64, f64)>| -> f64 {
        shapes.iter().map(|shape| row.get(shape).map_or(0.0, |figure| figure.0)).sum()
    };
    let any = |row: &BTreeMap<&str, _>| shapes.iter().any(|shape| row.contains_key(shape));
    let mut systems: Vec<_> = figures.iter().filter(|(_, row)| any(row)).collect();
    systems.sort_by(|(a, x), (b, y)| {
        let ours = |name: &str| !name.starts_with(ours::OURS);
        (ours(a), sum(x)).partial_cmp(&(ours(b), sum(y))).expect("times are numbers")
    });
    for (system, row) in systems {
        let cells = shapes.iter().map(|shape| match row.get(shape) {
            None => "-".into(),
            Some(&(seconds, ratio)) if ratio.is_nan() || *system == ours::OURS => {
                number(unit(shape, seconds))
            }
            Some(&(seconds, ratio)) => format!("{} ({})", number(unit(shape, seconds)), number(ratio)),
        });
        table.row(std::iter::once((*system).to_owned()).chain(cells));
    }
    table
}
