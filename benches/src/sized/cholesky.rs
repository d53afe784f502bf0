//! A tiled Cholesky factorisation beside the peers in C++, with what each of them makes before it runs.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::slice;
use std::time::Instant;

use bench_graphs::cholesky::{AREA, Matrix, Step, count, factorise, gemm, place, potrf, steps, trsm};
use bench_graphs::shapes::Shape;
use clap::Args;
use dag_runtime::Rayon;
use serde_json::json;

use crate::measure::median;
use crate::native::{self, Call, Library, Peer};
use crate::report::{Record, Table, number};
use crate::{Common, Result};

/// What is factorised.
#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    common: Common,
    /// The rows of tiles.
    #[arg(long, default_value_t = 30)]
    tiles: usize,
    /// The threads.
    #[arg(long, default_value_t = 2)]
    threads: u32,
}

pub(crate) fn run(options: &Options) -> Result {
    let mut record = Record::new("cholesky", options.common.json.as_deref());
    let (libraries, missing) = native::libraries();
    for missing in missing {
        println!("left out: {missing}");
    }
    let matrix = Matrix::new(options.tiles);
    let rayon = Rayon::with_threads(options.threads as usize)?;
    let mut peers: Vec<Program<'_>> = libraries.iter().map(|_| Program::new(&matrix)).collect();
    let shape = shape(&peers.first().map_or_else(|| steps(options.tiles), |peer| peer.steps.clone()));
    let mut seconds = vec![Vec::new(); 1 + libraries.len()];

    // The first round is not timed: it is the one in which all are compared.
    for round in 0..=options.common.rounds {
        for k in 0..seconds.len() {
            let system = (round + k) % seconds.len();
            let start = Instant::now();
            let elapsed = if system == 0 {
                let (diagonal, below) = factorise(&matrix, round, &rayon)?;
                let elapsed = start.elapsed();
                for peer in &peers {
                    if round == 1 && !peer.agrees(&diagonal, &below) {
                        return Err("the factors differ".into());
                    }
                }
                elapsed
            } else {
                let (library, program) = (libraries[system - 1], &mut peers[system - 1]);
                let peer = program.run(library, &shape, options.threads);
                let elapsed = start.elapsed();
                drop(peer);
                elapsed
            };
            if round > 0 {
                seconds[system].push(elapsed.as_secs_f64());
            }
        }
    }

    let mut table = Table::new(["system", "ms", "ours is so many times"]);
    let names = ["dag-runtime"].into_iter().chain(libraries.iter().map(|library| library.name));
    for (name, times) in names.zip(&seconds) {
        let ratios: Vec<f64> = seconds[0].iter().zip(times).map(|(ours, other)| ours / other).collect();
        table.row([name.to_owned(), number(1e3 * median(times)), format!("{:.3}", median(&ratios))]);
        record.push(json!({ "system": name, "seconds": times }));
    }
    println!(
        "Cholesky of {0} x {0} tiles, {1} tasks, on {2} threads, with what is made before a run.\n\n{table}",
        options.tiles,
        shape.tasks(),
        options.threads
    );
    record.save()
}

/// The tasks as the peers are given them.
fn shape(steps: &[Step]) -> Shape {
    let numbers: BTreeMap<Step, u32> = steps.iter().copied().zip(0..).collect();
    let dependencies = |step: &Step| step.dependencies().iter().map(|step| numbers[step]).collect();
    Shape { name: "cholesky", type_name: "Cholesky", dependencies: steps.iter().map(dependencies).collect() }
}

/// The factorisation as a peer runs it: its tasks by number, and the tiles that they change in their places.
struct Program<'m> {
    matrix: &'m Matrix,
    steps: Vec<Step>,
    tiles: Vec<f64>,
}

/// What a task has at hand.
struct Context<'p> {
    matrix: &'p Matrix,
    steps: &'p [Step],
    tiles: *mut f64,
}

impl<'m> Program<'m> {
    fn new(matrix: &'m Matrix) -> Self {
        let tiles = matrix.tiles();
        Program { matrix, steps: steps(tiles), tiles: vec![0.0; count(tiles) * AREA] }
    }

    /// Makes the graph of a library and runs it.
    fn run(&mut self, library: &'static Library, shape: &Shape, threads: u32) -> Peer {
        let context = Context { matrix: self.matrix, steps: &self.steps, tiles: self.tiles.as_mut_ptr() };
        let call = Call { function: step, context: (&raw const context).cast() };
        let mut peer = Peer::calling(library, shape, call, threads);
        peer.run(1, 0);
        peer
    }

    /// Whether the factor has the same bits as these tiles.
    fn agrees(&self, diagonal: &[Vec<f64>], below: &[Vec<f64>]) -> bool {
        let tiles = self.matrix.tiles();
        let places =
            (0..tiles).map(|k| (k, k)).chain((0..tiles).flat_map(|k| (k + 1..tiles).map(move |i| (i, k))));
        let own = |(i, j)| &self.tiles[place(i, j) * AREA..][..AREA];
        diagonal.iter().chain(below).zip(places).all(|(tile, at)| tile == own(at))
    }
}

/// Runs the task of this number.
extern "C" fn step(context: *const c_void, task: u32) {
    // SAFETY: the context is that of `Program::run`, which waits for the end of the run.
    let context = unsafe { &*context.cast::<Context<'_>>() };
    // SAFETY: the place is of a tile. Tasks that read it and the one that changes it are ordered by their dependencies.
    let read = |i, j| unsafe { slice::from_raw_parts(context.tiles.add(place(i, j) * AREA), AREA) };
    // SAFETY: as before.
    let change = |i, j| unsafe { slice::from_raw_parts_mut(context.tiles.add(place(i, j) * AREA), AREA) };
    match context.steps[task as usize] {
        Step::Cut(i, j) => change(i, j).copy_from_slice(context.matrix.tile(i, j)),
        Step::Potrf(k) => potrf(change(k, k)),
        Step::Trsm(k, i) => trsm(read(k, k), change(i, k)),
        Step::Syrk(k, i) => gemm(read(i, k), read(i, k), change(i, i), true),
        Step::Gemm(k, i, j) => gemm(read(i, k), read(j, k), change(i, j), false),
    }
}
