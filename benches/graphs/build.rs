//! Writes each shape as a program: a graph of tasks without outputs, one of tasks that pass numbers,
//! the same calls by hand, and the same as a pipeline of pipeline-dsl.

use std::fmt::{self, Write};
use std::path::PathBuf;
use std::{env, fs};

#[path = "src/shapes.rs"]
#[allow(dead_code, reason = "not all shapes are written as programs")]
mod shapes;

use shapes::Shape;

/// The bodies, by how many dependencies they have.
const FUNCTIONS: [&str; 4] = ["source", "one", "two", "three"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/shapes.rs");
    let mut program = String::new();
    write_all(&mut program).expect("writing to a string does not fail");
    let folder = env::var_os("OUT_DIR").map(PathBuf::from).expect("cargo sets it");
    fs::write(folder.join("generated.rs"), program).expect("cargo's folder can be written to");
}

fn write_all(out: &mut String) -> fmt::Result {
    let shapes: Vec<Shape> = shapes::large().into_iter().chain(shapes::small()).collect();
    for shape in &shapes {
        // A module each, so that they are compiled side by side.
        writeln!(out, "mod {} {{", shape.type_name.to_lowercase())?;
        writeln!(out, "use crate::bodies::*;\nuse dag_runtime::dag;")?;
        units(out, shape)?;
        values(out, shape)?;
        units_by_hand(out, shape)?;
        values_by_hand(out, shape)?;
        if has_pipelines(shape) {
            writeln!(out, "use pipeline_dsl::{{Error, Value, pipeline, stage}};")?;
            pipelines(out, shape)?;
        }
        writeln!(out, "}}")?;
    }
    writeln!(out, "/// All graphs of plain lines.\n#[must_use]\npub fn all() -> Vec<Listed> {{\nvec![")?;
    for shape in &shapes {
        let (module, name) = (shape.type_name.to_lowercase(), shape.type_name);
        writeln!(out, "Listed {{")?;
        writeln!(out, "graphs: [graph!({:?}, {module}::{name}Units {{}}),", shape.name)?;
        writeln!(out, "graph!({:?}, {module}::{name}Values {{ seed }})],", shape.name)?;
        writeln!(out, "by_hand: [{module}::units_by_hand, {module}::values_by_hand],")?;
        if has_pipelines(shape) {
            writeln!(out, "pipelines: Some([pipeline!({module}::{name}UnitPipeline()),")?;
            writeln!(out, "pipeline!({module}::{name}ValuePipeline(seed))]) }},")?;
        } else {
            writeln!(out, "pipelines: None }},")?;
        }
    }
    writeln!(out, "]\n}}")?;
    counted(out)
}

/// Whether the shape is also written for pipeline-dsl. To check pipelines of 1,000 stages takes longer
/// than all else here, and stages in order cost the same in each shape, so the chain stands for all.
fn has_pipelines(shape: &Shape) -> bool {
    shape.tasks() < 100 || shape.type_name == "Chain"
}

fn units(out: &mut String, shape: &Shape) -> fmt::Result {
    writeln!(out, "dag! {{ /// Tasks without outputs.\npub graph {}Units {{", shape.type_name)?;
    for (task, dependencies) in shape.dependencies.iter().enumerate() {
        write!(out, "t{task} = unit({task})")?;
        if !dependencies.is_empty() {
            write!(out, " after [{}]", names("t", dependencies))?;
        }
        writeln!(out, ",")?;
    }
    writeln!(out, "}} }}")
}

fn values(out: &mut String, shape: &Shape) -> fmt::Result {
    writeln!(out, "dag! {{ /// Tasks that pass numbers.\npub graph {}Values(seed: u64) {{", shape.type_name)?;
    for (task, dependencies) in shape.dependencies.iter().enumerate() {
        writeln!(out, "t{task} = {},", call(task, dependencies, "t", "seed"))?;
    }
    writeln!(out, "}} }}")
}

fn units_by_hand(out: &mut String, shape: &Shape) -> fmt::Result {
    writeln!(out, "#[inline(never)]\npub(super) fn units_by_hand(_: u64) {{")?;
    for task in 0..shape.tasks() {
        writeln!(out, "unit({task});")?;
    }
    writeln!(out, "}}")
}

fn values_by_hand(out: &mut String, shape: &Shape) -> fmt::Result {
    writeln!(out, "#[inline(never)]\npub(super) fn values_by_hand(seed: u64) {{")?;
    let dependents = shape.dependents();
    for (task, dependencies) in shape.dependencies.iter().enumerate() {
        let name = if dependents[task].is_empty() { "_".into() } else { format!("t{task}") };
        writeln!(out, "let {name} = {};", call(task, dependencies, "t", "seed"))?;
    }
    writeln!(out, "}}")
}

/// Edges are slots there, which one stage writes and others read.
fn pipelines(out: &mut String, shape: &Shape) -> fmt::Result {
    let name = shape.type_name;
    writeln!(out, "#[pipeline(name = \"{name}UnitPipeline\")]\npub mod unit_pipeline {{\nuse super::*;")?;
    let dependents = shape.dependents();
    let unread = |task: usize| if dependents[task].is_empty() { "#[unused] " } else { "" };
    for (task, dependencies) in shape.dependencies.iter().enumerate() {
        let reads: String = dependencies.iter().map(|k| format!(", v{k}: &Value<()>")).collect();
        let unread = unread(task);
        writeln!(out, "#[stage] pub fn s{task}({unread}v{task}: &mut Value<()>{reads}) {{ unit({task}) }}")?;
    }
    writeln!(out, "}}")?;
    writeln!(out, "#[pipeline(name = \"{name}ValuePipeline\", args = \"seed\")]")?;
    writeln!(out, "pub mod value_pipeline {{\nuse super::*;")?;
    for (task, dependencies) in shape.dependencies.iter().enumerate() {
        let reads: String = dependencies.iter().map(|k| format!(", v{k}: &Value<u64>")).collect();
        let reads = if reads.is_empty() { ", seed: &u64".into() } else { reads };
        let arguments: Vec<String> = dependencies.iter().map(|k| format!("*v{k}.get()?")).collect();
        let (function, unread) = (FUNCTIONS[dependencies.len()], unread(task));
        let arguments = if arguments.is_empty() { "*seed".into() } else { arguments.join(", ") };
        writeln!(
            out,
            "#[stage] pub fn s{task}({unread}v{task}: &mut Value<u64>{reads}) -> Result<(), Error> {{ \
             v{task}.set({function}({task}, {arguments})); Ok(()) }}"
        )?;
    }
    writeln!(out, "}}")
}

fn call(task: usize, dependencies: &[u32], prefix: &str, seed: &str) -> String {
    let function = FUNCTIONS[dependencies.len()];
    let arguments = if dependencies.is_empty() { seed.to_owned() } else { names(prefix, dependencies) };
    format!("{function}({task}, {arguments})")
}

fn names(prefix: &str, tasks: &[u32]) -> String {
    let names: Vec<String> = tasks.iter().map(|task| format!("{prefix}{task}")).collect();
    names.join(", ")
}

/// Graphs whose outputs are counted, borrowed by those that read them.
fn counted(out: &mut String) -> fmt::Result {
    let shapes = shapes::counted();
    writeln!(out, "mod counted {{\nuse crate::bodies::*;\nuse dag_runtime::dag;")?;
    for shape in &shapes {
        writeln!(out, "dag! {{ /// Counted outputs.\npub graph {}(seed: u64) {{", shape.type_name)?;
        for (task, dependencies) in shape.dependencies.iter().enumerate() {
            writeln!(out, "t{task} = counted_{},", call(task, dependencies, "&t", "seed"))?;
        }
        writeln!(out, "}} }}")?;
    }
    writeln!(
        out,
        "}}\n/// The graphs whose outputs are counted.\n#[must_use]\npub fn counted() -> Vec<Graph> {{\nvec!["
    )?;
    for shape in &shapes {
        writeln!(out, "graph!({:?}, counted::{} {{ seed }}),", shape.name, shape.type_name)?;
    }
    writeln!(out, "]\n}}")
}
