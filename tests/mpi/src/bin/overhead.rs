//! What a run costs beside its tasks: a graph of 50 layers of 20 tasks, against hand-written programs for the
//! same graph, which know its size and send an output in a message of its own, or all of a layer in one.

#![allow(missing_docs, clippy::print_stdout, reason = "a program")]

use std::hint::black_box;
use std::time::Instant;

use dag_runtime::mpi::{Mpi, Schedule};
use dag_runtime::{Serial, task};
use mpi::traits::*;

include!(concat!(env!("OUT_DIR"), "/layers.rs"));

const LARGE: usize = 64 * 1024;

#[task]
fn first(x: u8) -> [u8; 256] {
    [x; 256]
}

#[task]
fn mix(a: &[u8; 256], b: &[u8; 256], c: &[u8; 256]) -> [u8; 256] {
    let mut out = [0; 256];
    for k in 0..256 {
        out[k] = a[k].wrapping_mul(3) ^ b[k].wrapping_add(c[k]);
    }
    out
}

#[task]
fn first_large(x: u8) -> Vec<u8> {
    vec![x; LARGE]
}

#[task]
fn mix_large(a: &[u8], b: &[u8], c: &[u8]) -> Vec<u8> {
    a.iter().zip(b).zip(c).map(|((a, b), c)| a.wrapping_mul(3) ^ b.wrapping_add(*c)).collect()
}

fn home(x: usize, ranks: usize) -> usize {
    x * ranks / WIDTH
}

/// Whether a rank other than its own reads the output of `x` in a layer.
fn needed(layer: usize, x: usize, rank: usize, ranks: usize) -> bool {
    home(x, ranks) != rank
        && layer + 1 < LAYERS
        && (0..WIDTH).any(|y| home(y, ranks) == rank && INPUTS[layer][y].contains(&x))
}

/// The program by hand, an output a message.
fn by_hand<T: Clone>(
    world: &impl Communicator,
    first: impl Fn(u8) -> T,
    mix: impl Fn(&T, &T, &T) -> T,
    bytes: impl Fn(&T) -> &[u8],
    receive: impl Fn(&mpi::topology::Process<'_>, i32) -> T,
) -> Option<T> {
    let (me, ranks) = (world.rank() as usize, world.size() as usize);
    let mut before: Vec<Option<T>> = vec![None; WIDTH];
    for layer in 0..LAYERS {
        let mut now: Vec<Option<T>> = vec![None; WIDTH];
        for x in (0..WIDTH).filter(|&x| home(x, ranks) == me) {
            now[x] = Some(if layer == 0 {
                first(x as u8)
            } else {
                let [a, b, c] = INPUTS[layer - 1][x].map(|k| before[k].as_ref().unwrap());
                mix(a, b, c)
            });
        }
        mpi::request::scope(|scope| {
            let mut requests = Vec::new();
            for x in (0..WIDTH).filter(|&x| home(x, ranks) == me) {
                for to in (0..ranks).filter(|&to| needed(layer, x, to, ranks)) {
                    let data = bytes(now[x].as_ref().unwrap());
                    let to = world.process_at_rank(to as i32);
                    requests.push(to.immediate_send_with_tag(scope, data, x as i32));
                }
            }
            let mut arrived = Vec::new();
            for x in (0..WIDTH).filter(|&x| needed(layer, x, me, ranks)) {
                let from = world.process_at_rank(home(x, ranks) as i32);
                arrived.push((x, receive(&from, x as i32)));
            }
            for request in requests {
                request.wait_without_status();
            }
            arrived
        })
        .into_iter()
        .for_each(|(x, output)| before[x] = Some(output));
        for x in 0..WIDTH {
            if now[x].is_some() {
                before[x] = now[x].take();
            }
        }
    }
    None
}

/// The program by hand, all outputs of a layer that a rank needs in one message.
fn by_hand_packed(world: &impl Communicator) {
    let (me, ranks) = (world.rank() as usize, world.size() as usize);
    let mut before = [[0_u8; 256]; WIDTH];
    for layer in 0..LAYERS {
        let mut now = [[0_u8; 256]; WIDTH];
        for x in (0..WIDTH).filter(|&x| home(x, ranks) == me) {
            now[x] = if layer == 0 {
                first(x as u8)
            } else {
                let [a, b, c] = INPUTS[layer - 1][x].map(|k| &before[k]);
                mix(a, b, c)
            };
        }
        let packed: Vec<Vec<u8>> = (0..ranks)
            .map(|to| {
                let xs = (0..WIDTH).filter(|&x| home(x, ranks) == me && needed(layer, x, to, ranks));
                xs.flat_map(|x| now[x]).collect()
            })
            .collect();
        mpi::request::scope(|scope| {
            let mut requests = Vec::new();
            for (to, data) in packed.iter().enumerate().filter(|(_, data)| !data.is_empty()) {
                requests.push(world.process_at_rank(to as i32).immediate_send(scope, &data[..]));
            }
            for from in (0..ranks).filter(|&from| from != me) {
                let xs: Vec<usize> =
                    (0..WIDTH).filter(|&x| home(x, ranks) == from && needed(layer, x, me, ranks)).collect();
                if xs.is_empty() {
                    continue;
                }
                let mut data = vec![0_u8; 256 * xs.len()];
                world.process_at_rank(from as i32).receive_into(&mut data[..]);
                for (k, x) in xs.into_iter().enumerate() {
                    now[x].copy_from_slice(&data[256 * k..256 * (k + 1)]);
                }
            }
            for request in requests {
                request.wait_without_status();
            }
        });
        before = now;
    }
    black_box(before);
}

/// The shortest and the middle time of some runs, in microseconds a task.
fn measure(runs: usize, world: &impl Communicator, mut run: impl FnMut()) -> (f64, f64) {
    let tasks = (LAYERS * WIDTH + 1) as f64;
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            world.barrier();
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e6 / tasks
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[0], times[runs / 2])
}

fn main() {
    let mpi = Mpi::init().unwrap();
    let world = mpi::topology::SimpleCommunicator::world();
    let say = |name: &str, (least, middle): (f64, f64)| {
        if mpi.rank() == 0 {
            println!("{name:42} {least:8.3} {middle:8.3}");
        }
    };
    say("microseconds a task: least, middle", (0.0, 0.0));
    let runs = 200;
    say("256 B, serial", measure(runs, &world, || drop(black_box(Small.run(&Serial)))));
    for _ in 0..2 {
        say(
            "256 B, by hand, a message an output",
            measure(runs, &world, || {
                by_hand(
                    &world,
                    first,
                    mix,
                    |bytes: &[u8; 256]| &bytes[..],
                    |from, tag| {
                        let mut bytes = [0; 256];
                        from.receive_into_with_tag(&mut bytes[..], tag);
                        bytes
                    },
                );
            }),
        );
        say("256 B, by hand, a message a layer", measure(runs, &world, || by_hand_packed(&world)));
        for (name, schedule) in [("static", Schedule::Static), ("dynamic", Schedule::Dynamic)] {
            let mpi = mpi.clone().schedule(schedule);
            say(
                &format!("256 B, {name}"),
                measure(runs, &world, || {
                    black_box(Small.run(&mpi).unwrap());
                }),
            );
        }
    }
    if std::env::var("SMALL").is_ok() {
        return;
    }
    let runs = 20;
    say("64 KiB, serial", measure(runs, &world, || drop(black_box(Large.run(&Serial)))));
    for _ in 0..2 {
        say(
            "64 KiB, by hand",
            measure(runs, &world, || {
                by_hand(
                    &world,
                    first_large,
                    |a, b, c| mix_large(a, b, c),
                    |bytes: &Vec<u8>| &bytes[..],
                    |from, tag| {
                        let mut bytes = vec![0; LARGE];
                        from.receive_into_with_tag(&mut bytes[..], tag);
                        bytes
                    },
                );
            }),
        );
        for (name, schedule) in [("static", Schedule::Static), ("dynamic", Schedule::Dynamic)] {
            let mpi = mpi.clone().schedule(schedule);
            say(
                &format!("64 KiB, {name}"),
                measure(runs, &world, || {
                    black_box(Large.run(&mpi).unwrap());
                }),
            );
        }
    }
}
