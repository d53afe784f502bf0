//! Writes random graphs as programs: tasks that mix what they depend on into a number, listed in a
//! random order, and the numbers that have to come out, which it computes by itself.
//!
//! `DAG_TESTS_TASKS` is how many tasks there are in all, by default 400; `DAG_TESTS_SEED` makes
//! other graphs.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

#[path = "src/mix.rs"]
mod mix;

use mix::mix;

fn main() -> Result<(), Box<dyn Error>> {
    let tasks = variable("DAG_TESTS_TASKS", 400)?;
    let seed = variable("DAG_TESTS_SEED", 1)?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/mix.rs");
    let mut program = String::new();
    for (name, shape) in [("Sparse", Shape::Sparse), ("Dense", Shape::Dense), ("Layered", Shape::Layered)] {
        let mut random = Random(seed.wrapping_mul(31).wrapping_add(name.len() as u64));
        Graph::random(name, shape, tasks as usize / 3, &mut random).write(&mut program, &mut random)?;
    }
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("graphs.rs"), program)?;
    Ok(())
}

fn variable(name: &str, default: u64) -> Result<u64, Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed={name}");
    match env::var(name) {
        Ok(text) => text.parse().map_err(|_| format!("`{name}={text}` is not a number").into()),
        Err(_) => Ok(default),
    }
}

/// SplitMix64, by Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}

/// Which tasks one may depend on.
#[derive(Clone, Copy)]
enum Shape {
    /// Few of those close before it.
    Sparse,
    /// Many, from anywhere before it.
    Dense,
    /// Some of the layer before its own.
    Layered,
}

/// How a task takes an output.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Order,
    Borrow,
    Copy,
    /// By value, where the output is not `Copy`.
    Move,
}

/// A task, its kind of output and what it depends on: earlier ones.
struct Task {
    /// Whether it gives a `Vec` with its number, and not the number.
    owned: bool,
    /// Whether it returns a `Result`.
    fallible: bool,
    /// Whether its dependencies are in its attribute, and not in its line.
    attribute: bool,
    salt: u64,
    dependencies: Vec<(usize, Use)>,
}

struct Graph {
    name: &'static str,
    tasks: Vec<Task>,
}

impl Graph {
    fn random(name: &'static str, shape: Shape, len: usize, random: &mut Random) -> Self {
        let mut tasks: Vec<Task> = Vec::new();
        for i in 0..len {
            let (window, most) = match shape {
                Shape::Sparse => (i.saturating_sub(20)..i, 3),
                Shape::Dense => (0..i, 12),
                Shape::Layered => ((i / 16 * 16).saturating_sub(16)..i / 16 * 16, 4),
            };
            let mut dependencies: Vec<(usize, Use)> = Vec::new();
            for _ in 0..random.below(most + 1) {
                let Some(to) = window.len().checked_sub(1).map(|last| window.start + random.below(last + 1))
                else {
                    break;
                };
                if dependencies.iter().all(|&(other, _)| other != to) {
                    let how = match (random.below(4), tasks[to].owned) {
                        (0, _) => Use::Order,
                        (1, false) => Use::Copy,
                        _ => Use::Borrow,
                    };
                    dependencies.push((to, how));
                }
            }
            let [owned, fallible] = [3, 5].map(|n| random.below(n) == 0);
            let (attribute, salt) = (random.below(2) == 0, random.below(1000) as u64);
            tasks.push(Task { owned, fallible, attribute, salt, dependencies });
        }
        let mut graph = Graph { name, tasks };
        graph.make_moves();
        graph
    }

    /// Has outputs that are not `Copy` and that one task reads be moved there, every other one.
    fn make_moves(&mut self) {
        for to in (0..self.tasks.len()).step_by(2) {
            if !self.tasks[to].owned {
                continue;
            }
            let mut readers: Vec<(usize, usize)> = Vec::new();
            for (i, task) in self.tasks.iter().enumerate() {
                let reads = |&(_, &(other, how)): &(usize, &(usize, Use))| other == to && how != Use::Order;
                readers.extend(task.dependencies.iter().enumerate().find(reads).map(|(k, _)| (i, k)));
            }
            if let [(i, k)] = readers[..] {
                self.tasks[i].dependencies[k].1 = Use::Move;
            }
        }
    }

    /// The number of each task.
    fn numbers(&self) -> Vec<u64> {
        let mut numbers: Vec<u64> = Vec::new();
        for task in &self.tasks {
            let read = task.dependencies.iter().filter(|(_, how)| *how != Use::Order);
            numbers.push(read.fold(task.salt, |number, &(to, _)| mix(number, numbers[to])));
        }
        numbers
    }

    /// The outputs of the graph: the last task, and three others that nobody moves.
    fn outputs(&self, random: &mut Random) -> Vec<usize> {
        let mut outputs = vec![self.tasks.len() - 1];
        while outputs.len() < 4 {
            let task = random.below(self.tasks.len());
            let moved = self
                .tasks
                .iter()
                .flat_map(|task| &task.dependencies)
                .any(|&(to, how)| to == task && how == Use::Move);
            if !moved && !outputs.contains(&task) {
                outputs.push(task);
            }
        }
        outputs
    }

    fn write(&self, program: &mut String, random: &mut Random) -> Result<(), Box<dyn Error>> {
        let module = self.name.to_lowercase();
        let numbers = self.numbers();
        let outputs = self.outputs(random);
        writeln!(
            program,
            "pub mod {module} {{ use crate::{{mix::mix, Owned}}; use dag_runtime::{{dag, task}};"
        )?;
        let mut order: Vec<usize> = (0..self.tasks.len()).collect();
        random.shuffle(&mut order);
        for &i in &order {
            self.write_task(i, program)?;
        }
        let names: Vec<String> = outputs.iter().map(|i| format!("t{i}")).collect();
        random.shuffle(&mut order);
        writeln!(program, "dag! {{ pub graph {} -> ({}) {{", self.name, names.join(", "))?;
        for &i in &order {
            self.write_line(i, program)?;
        }
        let expected: Vec<String> = outputs.iter().map(|&i| format!("{}_u64", numbers[i])).collect();
        writeln!(program, "}} }}\npub const EXPECTED: [u64; 4] = [{}];", expected.join(", "))?;
        let values: Vec<String> = outputs
            .iter()
            .enumerate()
            .map(
                |(k, &i)| {
                    if self.tasks[i].owned { format!("outputs.{k}[0]") } else { format!("outputs.{k}") }
                },
            )
            .collect();
        writeln!(
            program,
            "pub fn run(executor: &dyn dag_runtime::Executor<{}>) -> Result<[u64; 4], dag_runtime::Error> {{ \
             let outputs = {}.run(executor)?; Ok([{}]) }} }}",
            self.name,
            self.name,
            values.join(", ")
        )?;
        Ok(())
    }

    /// The function of a task. What it reads comes in the order of its dependencies.
    fn write_task(&self, i: usize, program: &mut String) -> Result<(), Box<dyn Error>> {
        let task = &self.tasks[i];
        if task.attribute {
            let depends: Vec<String> = task.dependencies.iter().map(|(to, _)| format!("t{to}")).collect();
            writeln!(program, "#[task(depends = [{}], cost = {})]", depends.join(", "), task.salt)?;
        } else {
            writeln!(program, "#[task]")?;
        }
        let (mut parameters, mut body) = (String::new(), format!("let number = {}_u64;", task.salt));
        for &(to, how) in task.dependencies.iter().filter(|(_, how)| *how != Use::Order) {
            let (ty, value) = match (how, self.tasks[to].owned) {
                (Use::Copy, _) => ("u64", format!("t{to}")),
                (Use::Move, _) => ("Owned", format!("t{to}[0]")),
                (_, true) => ("&[u64]", format!("t{to}[0]")),
                (_, false) => ("&u64", format!("*t{to}")),
            };
            write!(parameters, "t{to}: {ty}, ")?;
            write!(body, " let number = mix(number, {value});")?;
        }
        let output = if task.owned { "Owned" } else { "u64" };
        let value = if task.owned { "vec![number]" } else { "number" };
        let (output, value) = if task.fallible {
            (format!("Result<{output}, String>"), format!("Ok({value})"))
        } else {
            (output.to_owned(), value.to_owned())
        };
        writeln!(program, "pub fn t{i}({parameters}) -> {output} {{ {body} {value} }}")?;
        Ok(())
    }

    /// The line of a task in the graph.
    fn write_line(&self, i: usize, program: &mut String) -> Result<(), Box<dyn Error>> {
        let task = &self.tasks[i];
        if task.attribute {
            writeln!(program, "t{i},")?;
            return Ok(());
        }
        let of = |wanted: fn(Use) -> bool| task.dependencies.iter().filter(move |(_, how)| wanted(*how));
        let arguments = of(|how| how != Use::Order)
            .map(|&(to, how)| format!("{}t{to}", if how == Use::Borrow { "&" } else { "" }))
            .collect::<Vec<_>>();
        let after = of(|how| how == Use::Order).map(|(to, _)| format!("t{to}")).collect::<Vec<_>>();
        writeln!(program, "t{i}({}) after [{}],", arguments.join(", "), after.join(", "))?;
        Ok(())
    }
}
