//! Random graphs in runs with a store, against a model of what has to run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs, process};

use super::*;
use crate::graph::KeptGraph;
use crate::keep;
use crate::key::{KeyWriter, TaskKey};
use crate::observe::Unobserved;
use crate::slot::{KeptLine, PlainOf};
use crate::store::{Content, Digest, Entry, Parts, Store};

type Numbers = [Slot<Number>; MOST];

struct Number;

impl Task for Number {
    type Output = u64;
}

struct Clock;

impl Task for Clock {
    type Output = u64;
    const VOLATILE: Option<fn(&u64, &mut KeyWriter)> = Some(|time, key| key.raw(&time.to_le_bytes()));
}

const PLAIN: KeptLine = KeptLine::of::<Number, u64>();
const KEPT: KeptLine = KeptLine::kept::<Number, u64>(PlainOf::<u64>::CODEC);
const VOLATILE: KeptLine = KeptLine::of::<Clock, u64>();

/// A graph, and what its tasks do in the next run.
struct Model {
    table: &'static Table,
    lines: &'static [KeptLine],
    /// The argument of each task, or what a volatile one returns.
    own: Vec<u64>,
    errors: BTreeSet<u32>,
    /// What the store has, by what counts for it.
    kept: BTreeSet<String>,
}

/// What is expected of a run, or what it was.
#[derive(Debug, PartialEq)]
struct Ran {
    called: BTreeSet<u32>,
    outputs: BTreeMap<u32, u64>,
    error: Option<String>,
}

impl Model {
    fn new(seed: u64, below: &mut impl FnMut(u64) -> u64) -> Self {
        let table = of_numbers(random(seed));
        let lines = (0..table.len()).map(|_| match below(12) {
            0 => VOLATILE,
            1..=6 => KEPT,
            _ => PLAIN,
        });
        Model {
            table,
            lines: lines.collect::<Vec<_>>().leak(),
            own: (0..table.len()).map(|_| below(1000)).collect(),
            errors: BTreeSet::new(),
            kept: BTreeSet::new(),
        }
    }

    fn is_volatile(&self, task: u32) -> bool {
        self.lines[task as usize].is_volatile()
    }

    fn is_kept(&self, task: u32) -> bool {
        self.lines[task as usize].codec.is_some()
    }

    fn value(&self, task: u32, of: impl Fn(u32) -> u64) -> u64 {
        let own = self.own[task as usize];
        if self.is_volatile(task) {
            return own;
        }
        let reads = self.table.view().reads_of(task).iter();
        reads.fold(own, |sum, &read| sum.wrapping_mul(31).wrapping_add(of(read)))
    }

    /// What counts for each task, and whether that is known before the run.
    fn keys(&self) -> BTreeMap<u32, (String, bool)> {
        let view = self.table.view();
        let mut keys = BTreeMap::<u32, (String, bool)>::new();
        for &task in view.serial_order() {
            let own = self.own[task as usize];
            let reads: Vec<_> = view.reads_of(task).iter().map(|read| keys[read].clone()).collect();
            let key = match self.is_volatile(task) {
                true => (format!("volatile {own}"), false),
                false => {
                    let names: Vec<_> = reads.iter().map(|(key, _)| key.as_str()).collect();
                    let key = format!("{own}({})", names.join(","));
                    // A hash keeps it short.
                    (format!("{:?}", Digest::of(key.as_bytes())), reads.iter().all(|(_, known)| *known))
                }
            };
            keys.insert(task, key);
        }
        keys
    }

    /// What the next run should do. Notes what it keeps.
    fn expect(&mut self) -> Ran {
        let (view, keys) = (self.table.view(), self.keys());
        let tasks: Vec<u32> = (0..self.table.len() as u32).collect();
        let is_hit = |task: u32| self.is_kept(task) && self.kept.contains(&keys[&task].0);
        let has_readers: BTreeSet<u32> =
            tasks.iter().flat_map(|&task| view.reads_of(task)).copied().collect();
        // Which tasks run as far as is known before.
        let mut active = BTreeSet::new();
        loop {
            let before = active.len();
            for &task in &tasks {
                let known_hit = is_hit(task) && keys[&task].1;
                let waited_for = active.iter().any(|&other| view.dependencies_of(other).contains(&task));
                let is_needed = self.is_volatile(task)
                    || self.table.lines()[task as usize].output
                    || !has_readers.contains(&task)
                    || waited_for;
                if is_needed && !known_hit {
                    active.insert(task);
                }
            }
            if active.len() == before {
                break;
            }
        }
        let (mut failed, mut called) = (BTreeSet::new(), BTreeSet::new());
        let mut kept = self.kept.clone();
        for &task in view.serial_order() {
            if !active.contains(&task) {
                continue;
            }
            if view.dependencies_of(task).iter().any(|before| failed.contains(before)) {
                failed.insert(task);
                continue;
            }
            if is_hit(task) {
                continue;
            }
            called.insert(task);
            if self.errors.contains(&task) {
                failed.insert(task);
            } else if self.is_kept(task) {
                kept.insert(keys[&task].0.clone());
            }
        }
        let mut values = BTreeMap::new();
        for &task in view.serial_order() {
            let value = self.value(task, |read| values[&read]);
            values.insert(task, value);
        }
        let is_output = |task: &u32| self.table.lines()[*task as usize].output && !failed.contains(task);
        let outputs = tasks.into_iter().filter(is_output).map(|task| (task, values[&task])).collect();
        self.kept = kept;
        let error = self.errors.intersection(&called).next();
        let error = error.map(|task| format!("task `t{task}` of graph `Graph` failed: planned"));
        Ran { called, outputs, error }
    }

    /// Runs it, and calls `before` when all is planned, before the first task.
    fn run(&self, runner: &Runner, store: &Store, before: impl Fn()) -> Ran {
        with_zeroed::<Numbers, _>(|slots| {
            let called = Mutex::default();
            let finished = Finished::none_of(self.table.len());
            let job = KeptTrial {
                model: self,
                slots,
                finished,
                called: &called,
                table: SharedTable::constant(self.table),
            };
            let graph: &(dyn KeptGraph + Sync) = &job;
            let monitor: &(dyn Monitor + Sync) = &Unobserved;
            let result = keep::run(graph, store, monitor, |job, monitor| {
                before();
                runner.monitored(job, monitor, true)
            });
            let outputs =
                (0..self.table.len() as u32).filter(|&task| self.table.lines()[task as usize].output);
            let outputs = outputs
                .filter_map(|task| Some((task, job.finished.take(task, &slots[task as usize])?)))
                .collect();
            Ran {
                called: called.into_inner().unwrap(),
                outputs,
                error: result.err().map(|error| format!("{error}")),
            }
        })
    }
}

/// The graph with outputs that are numbers.
fn of_numbers(table: &Table) -> &'static Table {
    let lines = table.lines().iter().enumerate().map(|(i, line)| Line {
        name: line.name,
        output: line.output,
        offset: i * size_of::<Slot<Number>>(),
        ..Line::EMPTY
    });
    let view = table.view();
    let edges = (0..table.len() as u32).flat_map(|node| {
        let how = move |to| if view.reads_of(node).contains(&to) { Use::Borrow } else { Use::Order };
        view.dependencies_of(node).iter().map(move |&to| RawEdge { node, to, how: how(to), ..RawEdge::EMPTY })
    });
    Table::leak("Graph", lines.collect(), edges.collect())
}

struct KeptTrial<'run> {
    model: &'run Model,
    slots: &'run Numbers,
    finished: Finished,
    called: &'run Mutex<BTreeSet<u32>>,
    table: SharedTable,
}

impl Job for KeptTrial<'_> {
    fn shared_table(&self) -> &SharedTable {
        &self.table
    }

    fn call(&self, task: u32, cx: &Cx<'_>) -> Outcome<()> {
        assert!(self.called.lock().unwrap().insert(task), "task {task} runs twice");
        if self.model.errors.contains(&task) {
            return Err("planned".into());
        }
        let value = self.model.value(task, |read| *self.slots[read as usize].get(cx));
        let written = self.slots[task as usize].put(cx, Ok(value))?;
        self.finished.insert(task, &written);
        Ok(())
    }

    fn slots(&self) -> Slots<'_> {
        Slots::of(self.slots)
    }

    fn finished(&self) -> Option<&Finished> {
        Some(&self.finished)
    }
}

impl KeptGraph for KeptTrial<'_> {
    fn write_key(&self, task: u32, key: &mut TaskKey<'_>) {
        key.expression(0, self.model.own[task as usize].into());
        for &read in self.model.table.view().reads_of(task) {
            key.one(read as usize, 0);
        }
    }

    fn kept_lines(&self) -> &'static [KeptLine] {
        self.model.lines
    }
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn exactly_what_has_changed_runs() {
    for seed in 0..16 {
        for (number, runner) in Runner::all().iter().enumerate() {
            let mut state = seed * 1000;
            let mut below = |n: u64| {
                state = u64::wrapping_add(state, 0x9e37_79b9_7f4a_7c15);
                let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                (z ^ (z >> 31)) % n
            };
            let folder = Folder(env::temp_dir().join(format!("dag-kept-{}-{seed}-{number}", process::id())));
            let mut model = Model::new(seed, &mut below);
            for run in 0..8 {
                // Sometimes another store on the same folder, as another process has it.
                let store = Store::open(&folder.0).unwrap();
                for again in 0..2 {
                    let expected = model.expect();
                    let ran = model.run(runner, &store, || ());
                    assert_eq!(ran, expected, "seed {seed}, runner {number}, run {run}.{again}");
                }
                let task = below(model.own.len() as u64) as u32;
                match below(3) {
                    0 => model.errors = BTreeSet::from([task]),
                    _ => {
                        model.errors.clear();
                        model.own[task as usize] = below(4);
                    }
                }
            }
        }
    }
}

/// Changes all bytes of all files of a store, and makes it read another file.
fn damage(store: &Store, folder: &Path) {
    fn damage_files(folder: &Path) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                damage_files(&path);
            } else if let Ok(bytes) = fs::read(&path) {
                fs::write(&path, bytes.iter().map(|byte| !byte).collect::<Vec<_>>()).unwrap();
            }
        }
    }
    damage_files(folder);
    let (key, content) = (Digest([7; 32]), Content::Output(vec![1; 1000]));
    let (label, parts, build) = ("other".into(), Parts::default(), Digest([0; 32]));
    store.write(key, Entry { content, label, parts, build });
    store.flush();
    assert!(store.content(&key).is_some());
}

#[test]
fn what_is_lost_between_plan_and_read_is_an_error() {
    for (number, runner) in Runner::all().iter().enumerate() {
        let folder = Folder(env::temp_dir().join(format!("dag-lost-{}-{number}", process::id())));
        let edges: Vec<_> = (1..12).map(|task| (task, task - 1, Use::Borrow)).collect();
        let mut model = Model {
            table: of_numbers(table(&[1; 12], &edges, &(0..12).collect::<Vec<_>>())),
            lines: vec![KEPT; 12].leak(),
            own: (0..12).collect(),
            errors: BTreeSet::new(),
            kept: BTreeSet::new(),
        };
        let open = || Store::open(&folder.0).unwrap();
        assert_eq!(model.run(runner, &open(), || ()), model.expect());

        let store = open();
        let ran = model.run(runner, &store, || damage(&store, &folder.0));
        let error = ran.error.expect("most outputs are read during the run");
        assert!(error.contains("was in the store") && error.contains("no longer"), "{error}");
        assert!(ran.called.is_empty(), "nothing stands in for what is lost");
        // Some were in their slots by then.
        assert!(!ran.outputs.is_empty() && ran.outputs.len() < 12);
        assert!(!store.warnings().is_empty());
    }
}
