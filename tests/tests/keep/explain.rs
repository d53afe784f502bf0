//! What a run would do, and why.

use dag_runtime::{Outlook, dag, task};

use crate::on::{Folder, On};

#[task]
fn read(text: &str) -> String {
    text.to_owned()
}

#[task(depends = [read])]
fn parse(read: &str) -> Vec<u32> {
    read.split(' ').filter_map(|word| word.parse().ok()).collect()
}

#[task(depends = [parse])]
fn fit(parse: &[u32], degree: u32, scale: u32) -> u32 {
    parse.iter().sum::<u32>() * degree * scale
}

#[task(volatile)]
fn clock() -> u64 {
    7
}

#[task]
fn stamped(fit: &u32, clock: u64) -> u64 {
    u64::from(*fit) + clock
}

dag! {
    graph Fit<'a>(text: &'a str, degree: u32, scale: u32) -> stamped {
        read(text),
        parse keep,
        fit(degree, scale) keep,
        clock,
        stamped(&fit, clock) keep,
    }
}

fn outlooks(folder: &Folder, text: &str, degree: u32, scale: u32) -> Vec<String> {
    let explanation = folder.store().explain(Fit { text, degree, scale }).unwrap();
    explanation.tasks().iter().map(|task| format!("{} {}", task.name, task.outlook)).collect()
}

#[test]
fn reasons_are_told() {
    let folder = Folder::new();
    assert_eq!(
        outlooks(&folder, "1 2", 3, 1),
        [
            "read runs",
            "parse runs: nothing is kept of it yet",
            "fit runs: nothing is kept of it yet",
            "clock runs always",
            "stamped is known during the run",
        ]
    );
    assert_eq!(On::Serial.run(&folder.store(), Fit { text: "1 2", degree: 3, scale: 1 }).unwrap(), 16);
    assert_eq!(
        outlooks(&folder, "1 2", 3, 1),
        [
            "read not needed",
            "parse not needed",
            "fit hit",
            "clock runs always",
            "stamped is known during the run"
        ]
    );
    let changed = |text, degree, scale| outlooks(&folder, text, degree, scale)[1..3].to_vec();
    assert_eq!(changed("1 2", 4, 1), ["parse hit", "fit runs: argument `degree` differs"]);
    assert_eq!(changed("1 2", 4, 2), ["parse hit", "fit runs: argument `degree`, argument `scale` differ"]);
    assert_eq!(
        changed("1 3", 3, 1),
        ["parse runs: dependency `read` differs", "fit runs: dependency `parse` differs"]
    );
}

#[test]
fn an_explanation_is_a_table() {
    let folder = Folder::new();
    On::Serial.run(&folder.store(), Fit { text: "1 2", degree: 3, scale: 1 }).unwrap();
    let explanation = folder.store().explain(Fit { text: "1 2", degree: 5, scale: 1 }).unwrap();
    assert_eq!(
        explanation.to_string(),
        "Fit: 1 hit, 1 miss, 1 not needed, 1 without `keep`, 1 known during the run\n\
         read     not needed\n\
         parse    hit\n\
         fit      runs: argument `degree` differs\n\
         clock    runs always\n\
         stamped  is known during the run\n"
    );
    assert_eq!((explanation.hits(), explanation.not_needed(), explanation.other_builds()), (1, 1, 0));
    assert_eq!(explanation.task("fit"), Some(&Outlook::Changed { parts: vec!["argument `degree`".into()] }));
    assert_eq!(explanation.task("none"), None);
}

#[task]
fn cell(seed: u64, i: usize) -> u64 {
    seed + i as u64
}

#[task]
fn sum(cells: &[u64]) -> u64 {
    cells.iter().sum()
}

dag! {
    graph Cells<'a>[n](seeds: &'a [u64]) -> total {
        cell[i in 0..n] = cell(seeds[i], i) keep,
        total = sum(&cell[..]) keep,
    }
}

#[test]
fn members_that_end_alike_are_one_row() {
    let folder = Folder::new();
    let run = |n, seeds| On::Serial.run(&folder.store(), Cells { n, seeds }).unwrap();
    assert_eq!(run(3, &[1, 2, 3]), 9);
    let explain = |n, seeds| folder.store().explain(Cells { n, seeds }).unwrap().to_string();
    assert_eq!(
        explain(3, &[1, 2, 3]),
        "Cells: 1 hit, 0 misses, 3 not needed\ncell (3 tasks)  not needed\ntotal           hit\n"
    );
    assert_eq!(
        explain(3, &[1, 5, 3]),
        "Cells: 2 hits, 2 misses, 0 not needed\n\
         cell[0]  hit\n\
         cell[1]  runs: argument `seed` differs\n\
         cell[2]  hit\n\
         total    runs: dependency `cell` differs\n"
    );
    // Fewer or more members change only what uses all of them.
    assert_eq!(
        explain(2, &[1, 2, 3]),
        "Cells: 2 hits, 1 miss, 0 not needed\ncell (2 tasks)  hit\ntotal           runs: dependency `cell` differs\n"
    );
}

#[task]
fn plain(text: &str) -> usize {
    text.len()
}

dag! { graph Plain<'a>(text: &'a str) -> plain { plain(text) } }

#[test]
fn a_graph_without_keep_runs() {
    let folder = Folder::new();
    let explanation = folder.store().explain(Plain { text: "a" }).unwrap();
    assert_eq!(
        explanation.to_string(),
        "Plain: 0 hits, 0 misses, 0 not needed, 1 without `keep`\nplain  runs\n"
    );
}
