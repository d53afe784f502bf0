//! A frame of a game, twelve systems that change one world in place, beside plain calls and beside `rayon::join` by
//! hand. The systems are those of the example `frame`.

use std::sync::Arc;

use clap::Args;
use dag_runtime::{Rayon, Serial};
use serde_json::json;

use crate::Result;
use crate::instructions::count;
use crate::measure::{Contender, Run, Sample, run_rounds, timed, timed_inside};
use crate::report::{Record, Table, number};
use crate::systems::rayon_pool;

#[path = "../../examples/frame/systems.rs"]
mod systems;
#[path = "../../examples/frame/ways.rs"]
mod ways;
#[path = "../../examples/frame/world.rs"]
mod world;

use ways::{BY_HAND, graph, plain};
use world::World;

/// How often it is measured.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// How often each thing is measured.
    #[arg(long, default_value_t = 9, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    rounds: usize,
    /// Writes all figures to this file.
    #[arg(long)]
    json: Option<std::path::PathBuf>,
}

/// Runs frames on the calling thread, to be counted.
#[derive(Args, Debug)]
pub(crate) struct Repeat {
    /// 0 for plain calls, 1 for the graph.
    way: usize,
    times: u32,
}

/// The entities of a world for one thread, and for two.
const ENTITIES: [usize; 2] = [2_000, 20_000];
const THREADS: usize = 2;

pub(crate) fn run(options: &Options) -> Result {
    let mut record = Record::new("frame", options.json.as_deref());
    check()?;
    let head = ["12 systems", "µs a frame", "compared", "bar", "kept"];
    let mut table = Table::new(head);
    let mut contenders = on_one_thread();
    run_rounds(&mut contenders, options.rounds, Sample::Short);
    rows("2,000 entities, 1 thread", &contenders, 1.03, &mut table, &mut record);
    let mut contenders = from_inside()?;
    run_rounds(&mut contenders, options.rounds, Sample::Long);
    rows("20,000 entities, 2 threads", &contenders, 1.02, &mut table, &mut record);
    println!("Each beside the best by hand, in turns.\n\n{table}");
    instructions(&mut record)?;
    record.save()
}

type Frames = Contender<&'static str>;

/// Plain calls and ours.
fn on_one_thread() -> Vec<Frames> {
    let (mut by_hand, mut ours) = (World::new(ENTITIES[0]), World::new(ENTITIES[0]));
    vec![
        Contender::new("plain calls", timed(move |times| (0..times).for_each(|_| plain(&mut by_hand)))),
        Contender::new("Serial", timed(move |times| serial(&mut ours, times))),
    ]
}

/// Frames by hand and ours, from inside of a pool.
fn from_inside() -> Result<Vec<Frames>> {
    let pool = Arc::new(rayon_pool(THREADS)?);
    let mut contenders = Vec::new();
    for (name, frame) in BY_HAND {
        let mut world = World::new(ENTITIES[1]);
        let run = timed_inside(&pool, move |times| (0..times).for_each(|_| frame(&mut world)));
        contenders.push(Contender::new(name, run));
    }
    let (mut world, executor) = (World::new(ENTITIES[1]), Rayon::new());
    let run: Run = timed_inside(&pool, move |times| rayon(&mut world, &executor, times));
    contenders.push(Contender::new("Rayon", run));
    Ok(contenders)
}

fn serial(world: &mut World, times: u32) {
    (0..times).for_each(|_| graph(world, &Serial).expect("no system panics"));
}

fn rayon(world: &mut World, executor: &Rayon, times: u32) {
    (0..times).for_each(|_| graph(world, executor).expect("no system panics"));
}

/// All ways have to end with the same world.
fn check() -> Result {
    let pool = rayon_pool(THREADS)?;
    let mut expected = World::new(ENTITIES[0]);
    (0..100).for_each(|_| plain(&mut expected));
    let same = |frames: &(dyn Fn(&mut World) + Sync)| {
        let mut world = World::new(ENTITIES[0]);
        pool.install(|| frames(&mut world));
        world.is_same(&expected)
    };
    let by_hand = BY_HAND.iter().all(|(_, frame)| same(&|world| (0..100).for_each(|_| frame(world))));
    if by_hand && same(&|world| serial(world, 100)) && same(&|world| rayon(world, &Rayon::new(), 100)) {
        Ok(())
    } else {
        Err("the worlds differ".into())
    }
}

/// The rows of contenders, the last of which is ours.
fn rows(place: &str, contenders: &[Frames], bar: f64, table: &mut Table, record: &mut Record) {
    let Some((ours, by_hand)) = contenders.split_last() else { return };
    let best = by_hand.iter().min_by(|a, b| a.median().total_cmp(&b.median()));
    for contender in contenders {
        let mut cells = vec![format!("{place}: {}", contender.id), number(1e6 * contender.median())];
        if let Some(best) = best.filter(|_| contender.id == ours.id) {
            let ratio = ours.ratio(best);
            let kept = if ratio <= bar { "yes" } else { "no" };
            cells.extend([format!("x {ratio:.3}"), format!("{bar} x"), kept.to_owned()]);
        }
        table.row(cells);
        record.push(json!({ "place": place, "system": contender.id, "seconds": contender.seconds }));
    }
}

/// The instructions of a frame on one thread.
fn instructions(record: &mut Record) -> Result {
    let one_frame = |way: usize| -> Result<f64> {
        let counted = |times: u32| count(["frame-repeat".into(), way.to_string(), times.to_string()]);
        // What starts and ends the program is in both counts.
        Ok((counted(300)? - counted(100)?) / 200.0)
    };
    let [by_hand, ours] = [one_frame(0)?, one_frame(1)?];
    println!(
        "Instructions of a frame of 2,000 entities: plain calls {by_hand:.0}, `Serial` {ours:.0}, x {:.4}",
        ours / by_hand
    );
    record.push(json!({ "instructions": { "plain calls": by_hand, "Serial": ours } }));
    Ok(())
}

/// Runs frames again and again.
pub(crate) fn repeat(options: &Repeat) -> Result {
    let contender = on_one_thread().into_iter().nth(options.way).ok_or("there is no such way")?;
    contender.into_run()(options.times);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_are_checked() {
        check().unwrap();
    }
}
