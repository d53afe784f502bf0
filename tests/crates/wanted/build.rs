//! Writes random graphs as programs, in which most lines have `when`: single tasks, families and tasks that run once for
//! each element, which use each other in arguments, attributes, conditions and `after`, by reference and by value.
//!
//! `DAG_TESTS_SEED` makes other graphs.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

const GRAPHS: usize = 5;
const LINES: usize = 13;
/// The members of each family.
const MEMBERS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DAG_TESTS_SEED");
    let seed = env::var("DAG_TESTS_SEED").map_or(Ok(1), |text| text.parse::<u64>())?;
    let mut program = String::new();
    for graph in 0..GRAPHS {
        let mut random = Random(seed.wrapping_mul(31).wrapping_add(graph as u64));
        let lines = lines(&mut random);
        write(&mut program, graph, &lines, &mut random)?;
    }
    let names: Vec<String> = (0..GRAPHS).map(|graph| format!("graph_{graph}")).collect();
    writeln!(program, "/// Calls a macro with the names of all modules of graphs.")?;
    writeln!(program, "#[macro_export]")?;
    writeln!(
        program,
        "macro_rules! for_each_graph {{ ($call:ident) => {{ $call! {{ {} }} }} }}",
        names.join(" ")
    )?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("graphs.rs"), program)?;
    Ok(())
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

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Single,
    /// Gives a list.
    List,
    Family,
    /// Runs for each element of this line, which is a list, a family, or one of these.
    Each(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Argument,
    Attribute,
    Condition,
    After,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Whole,
    Member(usize),
    /// That of the same index.
    Same,
}

#[derive(Clone)]
struct Use {
    to: usize,
    place: Place,
    which: Which,
    by_value: bool,
}

struct Line {
    kind: Kind,
    when: bool,
    uses: Vec<Use>,
    is_output: bool,
}

fn lines(random: &mut Random) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for i in 0..LINES {
        let sources: Vec<usize> =
            (0..i).filter(|&to| lines[to].kind != Kind::Single && !lines[to].when).collect();
        let kind = match random.below(6) {
            0 => Kind::List,
            1 | 2 => Kind::Family,
            3 if !sources.is_empty() => Kind::Each(sources[random.below(sources.len())]),
            _ => Kind::Single,
        };
        let when = !random.one_in(4);
        let in_attribute = random.one_in(3) && !matches!(kind, Kind::Each(_));
        let mut uses: Vec<Use> = Vec::new();
        for _ in 0..random.below(4).min(i) {
            let to = i - 1 - random.below(i.min(7));
            if uses.iter().any(|other| other.to == to) || kind == Kind::Each(to) {
                continue;
            }
            let which = match (lines[to].kind, kind, random.below(3)) {
                (Kind::Family, Kind::Family, 0) => Which::Same,
                (Kind::Family, _, 1) => Which::Member(random.below(MEMBERS)),
                _ => Which::Whole,
            };
            let place = match random.below(4) {
                0 if when => Place::Condition,
                1 => Place::After,
                _ if in_attribute && which == Which::Whole => Place::Attribute,
                _ => Place::Argument,
            };
            uses.push(Use { to, place, which, by_value: false });
        }
        lines.push(Line { kind, when, uses, is_output: random.one_in(4) });
    }
    moves(&mut lines, random);
    lines
}

/// A task: the number of its line, and which member it is.
type Task = (usize, usize);

fn tasks(lines: &[Line], i: usize) -> impl Iterator<Item = Task> + use<> {
    let len = if lines[i].kind == Kind::Family { MEMBERS } else { 1 };
    (0..len).map(move |member| (i, member))
}

/// The tasks that one use of a task is of.
fn used(lines: &[Line], task: Task, found: &Use) -> Vec<Task> {
    match found.which {
        Which::Whole => tasks(lines, found.to).collect(),
        Which::Member(member) => vec![(found.to, member)],
        Which::Same => vec![(found.to, task.1)],
    }
}

/// The tasks that a task depends on, and among them those whose outputs it reads.
fn dependencies(lines: &[Line], task: Task) -> (Vec<Task>, Vec<Task>) {
    let (mut all, mut read) = (Vec::new(), Vec::new());
    if let Kind::Each(to) = lines[task.0].kind {
        read.extend(tasks(lines, to));
    }
    for found in &lines[task.0].uses {
        let of = if found.place == Place::After { &mut all } else { &mut read };
        of.extend(used(lines, task, found));
    }
    all.extend(&read);
    (all, read)
}

fn upstream(lines: &[Line], task: Task) -> Vec<Task> {
    let mut upstream = dependencies(lines, task).0;
    let mut done = 0;
    while done < upstream.len() {
        for dependency in dependencies(lines, upstream[done]).0 {
            if !upstream.contains(&dependency) {
                upstream.push(dependency);
            }
        }
        done += 1;
    }
    upstream
}

/// Has outputs be moved to the last line that reads them, where all other tasks that do are upstream. Makes some of these so.
fn moves(lines: &mut [Line], random: &mut Random) {
    for to in 0..lines.len() {
        if lines[to].is_output {
            continue;
        }
        let reads = |found: &Use| found.to == to && found.place != Place::After;
        let Some(taker) = (0..lines.len()).rfind(|&i| lines[i].uses.iter().any(reads)) else { continue };
        let at = lines[taker].uses.iter().position(reads).unwrap_or_default();
        let can_take = match (lines[taker].kind, lines[taker].uses[at].which) {
            (Kind::Single | Kind::List, Which::Whole) => lines[to].kind != Kind::Family,
            (Kind::Single | Kind::List, Which::Member(_)) | (Kind::Family, Which::Same) => true,
            _ => false,
        };
        if !can_take {
            continue;
        }
        let mut missing: Vec<usize> = Vec::new();
        for task in tasks(lines, taker) {
            let taken = used(lines, task, &lines[taker].uses[at]);
            let before = upstream(lines, task);
            let all = (0..lines.len()).flat_map(|i| tasks(lines, i)).filter(|&other| other != task);
            let readers =
                all.filter(|&other| taken.iter().any(|taken| dependencies(lines, other).1.contains(taken)));
            missing.extend(readers.filter(|reader| !before.contains(reader)).map(|reader| reader.0));
        }
        missing.dedup();
        if !missing.is_empty() && (missing.iter().any(|&reader| reader >= taker) || random.one_in(3)) {
            continue;
        }
        for to in missing {
            lines[taker].uses.push(Use { to, place: Place::After, which: Which::Whole, by_value: false });
        }
        lines[taker].uses[at].by_value = true;
    }
}

fn write(
    program: &mut String,
    graph: usize,
    lines: &[Line],
    random: &mut Random,
) -> Result<(), Box<dyn Error>> {
    writeln!(program, "/// A random graph.\npub mod graph_{graph} {{")?;
    writeln!(program, "use std::sync::Arc;")?;
    writeln!(program, "use dag_runtime::{{Error, Executor, Table, dag, task}};")?;
    writeln!(program, "use super::{{Output, Plan, Result, element, list, look, make}};")?;
    let mut written: Vec<String> = Vec::new();
    let mut conditions = String::new();
    for (i, line) in lines.iter().enumerate() {
        let function = attribute(program, lines, i, random)?;
        let (name, family) = match line.kind {
            Kind::Family => (format!("&format!(\"n{i}[{{i}}]\")"), format!("[i in 0..{MEMBERS}]")),
            _ => (format!("\"n{i}\""), String::new()),
        };
        let (mut sum, mut after, mut parts) = (vec!["1".to_owned()], Vec::new(), Vec::new());
        let mut expected = Vec::new();
        if line.when {
            parts.push(format!("plan.wanted({name})"));
            expected.push("plan.wanted(name)".to_owned());
        }
        for (k, found) in line.uses.iter().enumerate() {
            let to = &lines[found.to];
            let path = match found.which {
                Which::Whole => format!("n{}", found.to),
                Which::Member(member) => format!("n{}[{member}]", found.to),
                Which::Same => format!("n{}[i]", found.to),
            };
            let there = match found.which {
                Which::Same => format!("there(&name.replace(\"n{i}[\", \"n{}[\"))", found.to),
                _ => format!("there(\"{path}\")"),
            };
            let is_option = to.when && !(to.kind == Kind::Family && found.which == Which::Whole);
            match found.place {
                Place::After => after.push(path),
                Place::Attribute => {}
                Place::Argument if found.by_value => sum.push(format!("look(&{{ {path} }})")),
                Place::Argument => sum.push(format!("look(&{path})")),
                Place::Condition if is_option && (found.by_value || random.one_in(2)) => {
                    let sign = if found.by_value { "" } else { "&" };
                    parts.push(format!("let Some(x{k}) = {sign}{path}"));
                    sum.push(if found.by_value { format!("look(&x{k})") } else { format!("look(x{k})") });
                    expected.push(there);
                }
                Place::Condition if is_option => {
                    parts.push(format!("{path}.is_some()"));
                    expected.push(there);
                }
                Place::Condition if found.by_value => parts.push(format!("look(&{{ {path} }}) > 0")),
                Place::Condition => parts.push(format!("look(&{path}) < u64::MAX")),
            }
        }
        if let [_, others @ ..] = &mut parts[..] {
            random.shuffle(others);
        }
        let arguments = format!("&plan, {name}, {}", sum.join(" + "));
        let mut text = match (line.kind, function) {
            (Kind::Each(to), _) => format!("n{i} = element(each &n{to}, {arguments})"),
            (_, true) => format!("n{i}{family} = task_{i}({arguments})"),
            (Kind::List, false) => format!("n{i} = list({arguments})"),
            (_, false) => format!("n{i}{family} = make({arguments})"),
        };
        if !after.is_empty() {
            write!(text, " after [{}]", after.join(", "))?;
        }
        if line.when {
            write!(text, " when {}", parts.join(" && "))?;
            writeln!(conditions, "            \"n{i}\" => {},", expected.join(" && "))?;
        }
        written.push(text);
    }
    random.shuffle(&mut written);
    let outputs: Vec<String> = (0..LINES).filter(|&i| lines[i].is_output).map(|i| format!("n{i}")).collect();
    let looks: Vec<String> = outputs.iter().map(|name| format!("look(&{name})")).collect();
    let outputs = format!("({})", outputs.join(", "));
    writeln!(
        program,
        "dag! {{\n    /// The graph.\n    pub graph Graph(/// What its tasks do.\n plan: Arc<Plan>) -> {outputs} {{"
    )?;
    for line in written {
        writeln!(program, "        {line},")?;
    }
    writeln!(program, "    }}\n}}")?;
    writeln!(program, "/// Its table.\npub static TABLE: &Table = Graph::TABLE;")?;
    writeln!(program, "/// Runs it.\n///\n/// # Errors\n///\n/// As its run.")?;
    writeln!(
        program,
        "pub fn run(executor: &dyn Executor<Graph>, plan: &Arc<Plan>) -> std::result::Result<Vec<u64>, Error> {{"
    )?;
    writeln!(
        program,
        "    let {outputs} = Graph {{ plan: Arc::clone(plan) }}.run(executor)?;\n    Ok(vec![{}])\n}}",
        looks.join(", ")
    )?;
    writeln!(
        program,
        "/// Whether a task is wanted, where `there` says which of those before it have been."
    )?;
    writeln!(program, "pub fn wanted(plan: &Plan, name: &str, there: &dyn Fn(&str) -> bool) -> bool {{")?;
    writeln!(
        program,
        "    match name.split('[').next().unwrap_or_default() {{\n{conditions}            _ => true,\n    }}\n}}\n}}"
    )?;
    Ok(())
}

/// The function of a line that has dependencies in its attribute.
fn attribute(
    program: &mut String,
    lines: &[Line],
    i: usize,
    random: &mut Random,
) -> Result<bool, Box<dyn Error>> {
    let uses: Vec<&Use> = lines[i].uses.iter().filter(|found| found.place == Place::Attribute).collect();
    if uses.is_empty() {
        return Ok(false);
    }
    let names: Vec<String> = uses.iter().map(|found| format!("n{}", found.to)).collect();
    let parameters: Vec<String> = uses
        .iter()
        .map(|found| {
            let to = &lines[found.to];
            let ty = match (to.kind, to.when, found.by_value) {
                (Kind::Single, false, false) => "&Output",
                (Kind::Single, false, true) => "Output",
                (Kind::Single, true, true) => "Option<Output>",
                (Kind::Single, true, false) => ["Option<&Output>", "&Option<Output>"][random.below(2)],
                (Kind::Family, false, _) | (_, false, false) => "&[Output]",
                (Kind::Family, true, _) => "&[Option<Output>]",
                (_, false, true) => "Vec<Output>",
                (_, true, true) => "Option<Vec<Output>>",
                (_, true, false) => ["Option<&[Output]>", "&Option<Vec<Output>>"][random.below(2)],
            };
            format!("n{}: {ty}", found.to)
        })
        .collect();
    let sum: Vec<String> = names.iter().map(|name| format!("look(&{name})")).collect();
    let (work, output) = match lines[i].kind {
        Kind::List => ("list", "Vec<Output>"),
        _ => ("make", "Output"),
    };
    writeln!(program, "#[task(depends = [{}])]", names.join(", "))?;
    writeln!(
        program,
        "fn task_{i}({}, plan: &Plan, name: &str, more: u64) -> Result<{output}> {{",
        parameters.join(", ")
    )?;
    writeln!(program, "    {work}(plan, name, more + {})\n}}", sum.join(" + "))?;
    Ok(true)
}
