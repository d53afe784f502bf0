//! The programs that are compiled: one graph, as several tools have it written. Each prints the sum of
//! what its last tasks give.

use std::fmt::Write;

/// A kind of program.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) package: &'static str,
    pub(crate) sizes: &'static [u32],
    pub(crate) dependencies: &'static str,
    pub(crate) write: fn(u32) -> String,
    pub(crate) expected: fn(u32) -> u64,
}

const SIZES: &[u32] = &[10, 100, 1000, 3000];

pub(crate) const PROGRAMS: [Program; 5] = [
    Program {
        name: "functions called in order",
        package: "functions",
        sizes: SIZES,
        dependencies: "",
        write: functions,
        expected,
    },
    Program {
        name: "pipeline-dsl",
        package: "pipeline",
        sizes: SIZES,
        dependencies: "pipeline-dsl = \"0.9\"",
        write: pipeline,
        expected,
    },
    Program {
        name: "dag-runtime, a line each",
        package: "lines",
        sizes: SIZES,
        dependencies: "dag-runtime = { path = RUNTIME }",
        write: lines,
        expected,
    },
    Program {
        name: "the same, on Rayon",
        package: "parallel",
        sizes: &[10, 1000],
        dependencies: "dag-runtime = { path = RUNTIME }",
        write: lines_on_rayon,
        expected,
    },
    Program {
        name: "dag-runtime, a family",
        package: "family",
        sizes: &[1000, 10_000, 100_000],
        dependencies: "dag-runtime = { path = RUNTIME }",
        write: family,
        expected: family_expected,
    },
];

/// On what a task depends: two of the tasks before it, one of them close by, or none.
fn dependencies(task: u32) -> Vec<u32> {
    match task {
        0 => Vec::new(),
        1 => vec![0],
        _ => vec![task - 1 - task % 2, task / 2 - u32::from(task == 2)],
    }
}

/// The dependencies, each once.
fn distinct(task: u32) -> Vec<u32> {
    let mut all = dependencies(task);
    all.dedup();
    all
}

/// What a task computes, as text.
fn body(task: u32, value: impl Fn(u32) -> String) -> String {
    let terms: Vec<String> = distinct(task).into_iter().map(value).collect();
    match terms.as_slice() {
        [] => format!("std::hint::black_box({task})"),
        terms => format!("std::hint::black_box({}) % 1_000_003 + {task}", terms.join(" + ")),
    }
}

fn expected(tasks: u32) -> u64 {
    let mut values: Vec<u64> = Vec::new();
    for task in 0..tasks {
        let sum: u64 = distinct(task).iter().map(|&k| values[k as usize]).sum();
        values.push(if task == 0 { 0 } else { sum % 1_000_003 + u64::from(task) });
    }
    values[tasks as usize - 1]
}

fn parameters(task: u32, of_type: &str) -> String {
    let parameters: Vec<String> = distinct(task).iter().map(|k| format!("t{k}: {of_type}")).collect();
    parameters.join(", ")
}

fn names(task: u32) -> String {
    let names: Vec<String> = distinct(task).iter().map(|k| format!("t{k}")).collect();
    names.join(", ")
}

fn functions(tasks: u32) -> String {
    let mut text = String::new();
    for task in 0..tasks {
        let (parameters, body) = (parameters(task, "u64"), body(task, |k| format!("t{k}")));
        let _ = writeln!(text, "fn t{task}({parameters}) -> u64 {{\n    {body}\n}}\n");
    }
    text += "fn main() {\n";
    for task in 0..tasks {
        let _ = writeln!(text, "    let t{task} = t{task}({});", names(task));
    }
    let _ = writeln!(text, "    println!(\"{{}}\", t{});\n}}", tasks - 1);
    // Some are read by none.
    format!("#![allow(unused_variables)]\n\n{text}")
}

fn lines(tasks: u32) -> String {
    lines_on(tasks, "Serial", "Serial")
}

fn lines_on_rayon(tasks: u32) -> String {
    lines_on(tasks, "Rayon", "Rayon::new()")
}

/// The graph on an executor of this type, with this value.
fn lines_on(tasks: u32, executor: &str, value: &str) -> String {
    format!(
        "use dag_runtime::{{{executor}, dag, task}};\n\n{}\n\
         fn main() {{\n    println!(\"{{}}\", All.run(&{value}).unwrap());\n}}\n",
        graph(tasks, |_| false)
    )
}

/// The graph, which runs so often, and on the executor, as the arguments say. Some tasks have `keep`.
#[cfg(feature = "store")]
pub(crate) fn repeated(tasks: u32, has_keep: impl Fn(u32) -> bool) -> String {
    format!(
        "use dag_runtime::{{Rayon, Serial, dag, task}};\nuse std::hint::black_box;\n\n{}\n\
         fn main() {{\n    \
         let arguments: Vec<String> = std::env::args().collect();\n    \
         let times: u32 = arguments[2].parse().unwrap();\n    \
         if arguments[1] == \"serial\" {{\n        \
         (0..times).for_each(|_| _ = black_box(All.run(&Serial).unwrap()));\n    \
         }} else {{\n        \
         let rayon = Rayon::with_threads(1).unwrap();\n        \
         (0..times).for_each(|_| _ = black_box(All.run(&rayon).unwrap()));\n    \
         }}\n}}\n",
        graph(tasks, has_keep)
    )
}

/// The tasks and the graph.
fn graph(tasks: u32, has_keep: impl Fn(u32) -> bool) -> String {
    let mut text = String::new();
    for task in 0..tasks {
        let attribute = match names(task) {
            names if names.is_empty() => "#[task]".to_owned(),
            names => format!("#[task(depends = [{names}])]"),
        };
        let (parameters, body) = (parameters(task, "u64"), body(task, |k| format!("t{k}")));
        let _ = writeln!(text, "{attribute}\nfn t{task}({parameters}) -> u64 {{\n    {body}\n}}\n");
    }
    let _ = writeln!(text, "dag! {{\n    graph All -> t{} {{", tasks - 1);
    for task in 0..tasks {
        let keep = if has_keep(task) { " keep" } else { "" };
        let _ = writeln!(text, "        t{task}{keep},");
    }
    text + "    }\n}\n"
}

fn pipeline(tasks: u32) -> String {
    let mut text = "use pipeline_dsl::{Error, Value, pipeline, stage};\n\n\
        #[pipeline(name = \"All\")]\nmod all {\n    use super::*;\n\n"
        .to_owned();
    let mut is_read = vec![false; tasks as usize];
    (0..tasks).flat_map(distinct).for_each(|k| is_read[k as usize] = true);
    for task in 0..tasks {
        let body = body(task, |k| format!("*t{k}.get()?"));
        let reads: String = distinct(task).iter().map(|k| format!(", t{k}: &Value<u64>")).collect();
        let unread = if is_read[task as usize] { "" } else { "#[unused] " };
        let _ = writeln!(
            text,
            "    #[stage]\n    pub fn s{task}({unread}t{task}: &mut Value<u64>{reads}) -> Result<(), Error> {{\n        \
             t{task}.set({body});\n        Ok(())\n    }}\n"
        );
    }
    let _ = writeln!(
        text,
        "}}\n\nfn main() {{\n    let mut all = All::new();\n    all.compute().unwrap();\n    \
         println!(\"{{}}\", all.t{}.get().unwrap());\n}}",
        tasks - 1
    );
    text
}

const ROW: u32 = 100;

fn family(tasks: u32) -> String {
    let rows = tasks / ROW;
    format!(
        "use dag_runtime::{{Serial, dag, task}};\n\n\
         #[task]\nfn step(before: &[u64], x: usize) -> u64 {{\n    \
         std::hint::black_box(before.iter().sum::<u64>()) % 1_000_003 + x as u64\n}}\n\n\
         #[task]\nfn total(last: &[u64]) -> u64 {{\n    last.iter().sum()\n}}\n\n\
         dag! {{\n    graph All -> total {{\n        \
         cell[t in 0..{rows}, x in 0..{ROW}] =\n            \
         step(if t > 0 {{ &cell[t - 1, x - 1..=x + 1] }} else {{ &[] }}, x),\n        \
         total(&cell[{}, ..]),\n    }}\n}}\n\n\
         fn main() {{\n    println!(\"{{}}\", All.run(&Serial).unwrap());\n}}\n",
        rows - 1
    )
}

fn family_expected(tasks: u32) -> u64 {
    let mut row: Vec<u64> = Vec::new();
    for _ in 0..tasks / ROW {
        let sum = |x: usize| {
            let beside = row.iter().skip(x.saturating_sub(1)).take(if x == 0 { 2 } else { 3 });
            beside.sum::<u64>() % 1_000_003 + x as u64
        };
        row = (0..ROW as usize).map(sum).collect();
    }
    row.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_depend_on_some_before_them() {
        for task in 0..3000 {
            assert!(distinct(task).iter().all(|&other| other < task), "{task}: {:?}", distinct(task));
            assert!(distinct(task).len() <= 2);
        }
        assert_eq!(expected(3), 3);
    }
}
