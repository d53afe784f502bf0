//! Writes graphs for measurements: one of layers with random edges between neighbours, and one whose tasks
//! take random times. Builds the library that makes sends synchronous.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const LAYERS: usize = 50;
const WIDTH: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    synchronous(&PathBuf::from(env::var("OUT_DIR")?).join("libsynchronous.so"))?;
    let mut state = 7_u64;
    let mut below = |n: usize| {
        // SplitMix64, by Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    };
    let inputs: Vec<Vec<[usize; 3]>> =
        (1..LAYERS).map(|_| (0..WIDTH).map(|_| [0; 3].map(|_| below(WIDTH))).collect()).collect();
    let mut program = format!("pub const LAYERS: usize = {LAYERS};\npub const WIDTH: usize = {WIDTH};\n");
    writeln!(program, "/// What each task of each layer but the first reads of the layer before.")?;
    writeln!(program, "pub static INPUTS: [[[usize; 3]; {WIDTH}]; {}] = {inputs:?};", LAYERS - 1)?;
    for (graph, first, mix) in [("Small", "first", "mix"), ("Large", "first_large", "mix_large")] {
        writeln!(program, "dag_runtime::dag! {{ graph {graph} -> last_{first} {{")?;
        for x in 0..WIDTH {
            writeln!(program, "t0_{x} = {first}({x}),")?;
        }
        for (layer, tasks) in inputs.iter().enumerate() {
            for (x, [a, b, c]) in tasks.iter().enumerate() {
                writeln!(
                    program,
                    "t{}_{x} = {mix}(&t{layer}_{a}, &t{layer}_{b}, &t{layer}_{c}),",
                    layer + 1
                )?;
            }
        }
        let last = LAYERS - 1;
        writeln!(program, "last_{first} = {mix}(&t{last}_0, &t{last}_1, &t{last}_2), }} }}")?;
    }
    let mut times = String::new();
    timed(&mut times, &mut below)?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("times.rs"), times)?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("layers.rs"), program)?;
    Ok(())
}

/// Builds the library that makes sends synchronous, with the compiler of the MPI that the programs are linked to.
fn synchronous(library: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=synchronous.c");
    println!("cargo::rerun-if-env-changed=MPICC");
    let compiler = env::var("MPICC").unwrap_or_else(|_| "mpicc".into());
    let status = Command::new(&compiler)
        .args(["-shared", "-fPIC", "-O1", "synchronous.c", "-o"])
        .arg(library)
        .status()
        .map_err(|error| format!("{compiler} cannot be started: {error}"))?;
    if !status.success() {
        return Err(format!("{compiler}: {status}").into());
    }
    println!("cargo::rustc-env=DAG_SYNCHRONOUS_LIBRARY={}", library.display());
    Ok(())
}

/// A graph whose tasks take random times, as one that states them and as one that does not.
fn timed(program: &mut String, below: &mut impl FnMut(usize) -> usize) -> Result<(), Box<dyn Error>> {
    const DEPTH: usize = 20;
    const ACROSS: usize = 10;
    let micros: Vec<usize> = (0..DEPTH * ACROSS).map(|_| 500 + below(1000)).collect();
    let inputs: Vec<[usize; 2]> = (0..DEPTH * ACROSS)
        .map(|task| [0; 2].map(|_| (task / ACROSS).saturating_sub(1) * ACROSS + below(ACROSS)))
        .collect();
    let mut ends = vec![0; DEPTH * ACROSS];
    for task in 0..DEPTH * ACROSS {
        let before =
            if task < ACROSS { 0 } else { inputs[task].map(|k| ends[k]).into_iter().max().unwrap_or(0) };
        ends[task] = before + micros[task];
    }
    writeln!(program, "/// The sum of all times, and the longest chain, in microseconds.")?;
    let chain = ends.iter().max().unwrap_or(&0);
    writeln!(program, "pub const TIMES: [u64; 2] = [{}, {chain}];", micros.iter().sum::<usize>())?;
    for (graph, cost) in [("Stated", true), ("Unstated", false)] {
        let module = graph.to_lowercase();
        writeln!(program, "mod {module} {{ use dag_runtime::task;")?;
        for (task, micros) in micros.iter().enumerate() {
            let attribute = if cost { format!("(cost = {micros})") } else { String::new() };
            writeln!(
                program,
                "#[task{attribute}] pub fn t{task}(inputs: &[u64]) -> u64 {{ super::take({micros}, inputs) }}"
            )?;
        }
        writeln!(program, "dag_runtime::dag! {{ pub graph {graph} -> t{} {{", DEPTH * ACROSS - 1)?;
        for (task, [a, b]) in inputs.iter().enumerate() {
            let of = if task < ACROSS { String::new() } else { format!("t{a}, t{b}") };
            writeln!(program, "t{task}(&[{of}]),")?;
        }
        writeln!(program, "}} }} }}")?;
    }
    Ok(())
}
