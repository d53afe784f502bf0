//! Frames of a game: twelve systems that change one world in place, without copies and without locks.
//!
//! What you learn: inputs that several tasks change in place, each part of the world as an input of its own, so that systems
//! with different parts run at the same time; `after`, which says who comes first where two systems use the same part; and what a
//! graph costs that runs some ten thousand times a second, beside plain calls and beside `rayon::join` by hand.
//!
//! ```text
//! cargo run --release --example frame
//! cargo run --release --example frame -- --entities 20000 --frames 2000 --threads 4
//! ```
//!
//! prints
//!
//! ```text
//! 12 systems on 2000 entities, 10000 frames
//!   plain calls                  78.03 µs a frame
//!   Serial                       78.87 µs a frame
//!   rayon::join in pairs         79.82 µs a frame
//!   rayon::join in branches      80.87 µs a frame
//!   rayon::join forces apart     79.85 µs a frame
//!   Rayon                        82.15 µs a frame
//! at the end they are 0.792 from the middle, and 1145 are not well
//! all ways end with the same world, to the last bit
//! ```
//!
//! Leave out `after [count, pull]` behind `push`, and the program does not compile: nothing says whether `push` comes before
//! or after the two systems that write what it reads.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

mod systems;
#[cfg(test)]
mod tests;
mod ways;
mod world;

use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use dag_runtime::{Rayon, Serial};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::systems::Frame;
use crate::world::World;

/// Runs frames of a game in several ways, and compares the worlds at the end and the times.
#[derive(Debug, Parser)]
struct Options {
    /// The entities of the world
    #[arg(long, value_name = "COUNT", default_value_t = 2000)]
    entities: usize,
    /// The frames that each way runs
    #[arg(long, value_name = "COUNT", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    frames: u32,
    /// The threads of the pool from inside of which the parallel ways run
    #[arg(long, value_name = "COUNT", default_value_t = 2)]
    threads: usize,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs this many frames.
type Frames<'p> = Box<dyn Fn(&mut World, u32) -> Result<(), dag_runtime::Error> + Send + Sync + 'p>;

/// One way to run frames, with a world of its own.
struct Way<'p> {
    name: String,
    frames: Frames<'p>,
    world: World,
    /// Seconds a frame, of each block of frames.
    seconds: Vec<f64>,
}

/// All ways. What the others are compared with comes first.
fn ways(pool: &ThreadPool, entities: usize) -> Vec<Way<'_>> {
    let way = |name: &str, frames| Way {
        name: name.to_owned(),
        frames,
        world: World::new(entities),
        seconds: Vec::new(),
    };
    let plain = |world: &mut World, frames| {
        (0..frames).for_each(|_| ways::plain(world));
        Ok(())
    };
    let serial = |world: &mut World, frames| (0..frames).try_for_each(|_| ways::graph(world, &Serial));
    let rayon = |world: &mut World, frames| {
        let executor = Rayon::new();
        pool.install(|| (0..frames).try_for_each(|_| ways::graph(world, &executor)))
    };
    let mut ways = vec![way("plain calls", Box::new(plain)), way("Serial", Box::new(serial))];
    for (name, frame) in ways::BY_HAND {
        let frames = move |world: &mut World, frames| {
            pool.install(|| (0..frames).for_each(|_| frame(world)));
            Ok(())
        };
        ways.push(way(&format!("rayon::join {name}"), Box::new(frames)));
    }
    ways.push(way("Rayon", Box::new(rayon)));
    ways
}

/// The frames are run in this many blocks, in turns with the other ways.
const BLOCKS: u32 = 20;

/// Runs all ways. Fails where one of them ends with another world.
fn run(options: &Options) -> Result<String, Box<dyn Error>> {
    let &Options { entities, frames, threads } = options;
    let pool = ThreadPoolBuilder::new().num_threads(threads).build()?;
    let mut ways = ways(&pool, entities);
    for block in 0..BLOCKS {
        let frames = frames * (block + 1) / BLOCKS - frames * block / BLOCKS;
        for way in ways.iter_mut().filter(|_| frames > 0) {
            let start = Instant::now();
            (way.frames)(&mut way.world, frames)?;
            way.seconds.push(start.elapsed().as_secs_f64() / f64::from(frames));
        }
    }
    let mut text = format!("{} systems on {entities} entities, {frames} frames\n", Frame::TABLE.len());
    for way in &mut ways {
        writeln!(text, "  {:25} {:8.2} µs a frame", way.name, 1e6 * median(&mut way.seconds))?;
    }
    let (first, others) = ways.split_first().ok_or("there is no way")?;
    if let Some(way) = others.iter().find(|way| !way.world.is_same(&first.world)) {
        return Err(format!("{} and {} end with different worlds", first.name, way.name).into());
    }
    let world = &first.world;
    let unwell = world.health.iter().filter(|&&health| health < 0.5).count();
    writeln!(
        text,
        "at the end they are {:.3} from the middle, and {unwell} are not well",
        world.camera.spread
    )?;
    text.push_str("all ways end with the same world, to the last bit");
    Ok(text)
}

/// The value in the middle.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
