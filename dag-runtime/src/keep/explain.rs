//! What a run with a store would do, and why.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use std::sync::{Mutex, PoisonError};

use super::job::label;
use super::keys::Keys;
use super::plan::{Decode, Fate, Planner};
use crate::error::Error;
use crate::graph::{Execute, Executor, Frame, Graph, KeptGraph, PartialFrame, RawGraph};
use crate::key::TaskKey;
#[cfg(feature = "cli")]
use crate::store::Digest;
use crate::store::{Part, Store, build};

/// What a run of a graph with a store would do now: the result of [`Store::explain`].
///
/// It says of each task whether it is found, runs or is not needed, and of one that would be kept, why it is not found. As text
/// it has a row for each task, or for each family whose members all end alike.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[must_use = "it tells what a run would do"]
pub struct Explanation {
    graph: String,
    /// How many hits another executable has written.
    other_builds: usize,
    tasks: Vec<ExplainedTask>,
}

/// What a run with a store would do with one task, of an [`Explanation`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ExplainedTask {
    /// The name of the task.
    pub name: String,
    /// What a run would do with it.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub outlook: Outlook,
    /// The name of its line.
    #[cfg_attr(feature = "json", serde(skip))]
    line: &'static str,
    /// Its key, if that is known before the run.
    #[cfg(feature = "cli")]
    #[cfg_attr(feature = "json", serde(skip))]
    pub(crate) key: Option<Digest>,
}

/// What a run with a store would do with a task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[cfg_attr(feature = "json", serde(tag = "outlook", rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Outlook {
    /// Its output is in the store.
    Hit {
        /// Whether another executable has written it: another build of the program, or another program.
        other_build: bool,
    },
    /// Nothing that runs needs its output.
    NotNeeded,
    /// It runs: its line has no `keep`.
    Runs,
    /// It runs always: it is `volatile`, or changes an input.
    Always,
    /// It runs: no output of it is in the store.
    New,
    /// It runs: its key is not that of its newest output in the store.
    Changed {
        /// The parts that differ: "code", "argument `degree`", "dependency `parse`".
        parts: Vec<String>,
    },
    /// It runs: its output was in the store, and is gone or damaged.
    Gone,
    /// It is known when the tasks before it have run, of which one is `volatile`.
    Later,
}

impl Explanation {
    /// The name of the graph.
    #[must_use]
    pub fn graph(&self) -> &str {
        &self.graph
    }

    /// All tasks, in the order of the graph.
    #[must_use]
    pub fn tasks(&self) -> &[ExplainedTask] {
        &self.tasks
    }

    /// What a run would do with the task of this name.
    #[must_use]
    pub fn task(&self, name: &str) -> Option<&Outlook> {
        self.tasks.iter().find(|task| task.name == name).map(|task| &task.outlook)
    }

    /// How many outputs are found.
    #[must_use]
    pub fn hits(&self) -> usize {
        self.count(|outlook| matches!(outlook, Outlook::Hit { .. }))
    }

    /// How many hits another executable has written: another build of the program, or another program.
    #[must_use]
    pub fn other_builds(&self) -> usize {
        self.other_builds
    }

    /// How many tasks run since their outputs are not found.
    #[must_use]
    pub fn misses(&self) -> usize {
        self.count(|outlook| matches!(outlook, Outlook::New | Outlook::Changed { .. } | Outlook::Gone))
    }

    /// How many tasks are not needed.
    #[must_use]
    pub fn not_needed(&self) -> usize {
        self.count(|outlook| *outlook == Outlook::NotNeeded)
    }

    /// As JSON: an object with the name of the `graph`, the number of hits of `other_builds`, and the `tasks`, each with its
    /// `name`, its `outlook` (`hit`, `not-needed`, `runs`, `always`, `new`, `changed`, `gone` or `later`), and the `parts` that
    /// have changed.
    #[cfg(feature = "json")]
    #[cfg_attr(docsrs, doc(cfg(feature = "json")))]
    #[must_use]
    #[allow(clippy::missing_panics_doc, reason = "it does not panic")]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("an explanation has only strings and numbers")
    }

    fn count(&self, is: impl Fn(&Outlook) -> bool) -> usize {
        self.tasks.iter().filter(|task| is(&task.outlook)).count()
    }
}

/// Such as ``runs: argument `degree` differs``.
impl fmt::Display for Outlook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outlook::Hit { other_build: false } => f.write_str("hit"),
            Outlook::Hit { other_build: true } => f.write_str("hit, from another build"),
            Outlook::NotNeeded => f.write_str("not needed"),
            Outlook::Runs => f.write_str("runs"),
            Outlook::Always => f.write_str("runs always"),
            Outlook::New => f.write_str("runs: nothing is kept of it yet"),
            Outlook::Changed { parts } if parts.len() == 1 => write!(f, "runs: {} differs", parts[0]),
            Outlook::Changed { parts } => write!(f, "runs: {} differ", parts.join(", ")),
            Outlook::Gone => f.write_str("runs: what was kept of it is gone or damaged"),
            Outlook::Later => f.write_str("is known during the run"),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hits, not_needed) = (self.hits(), self.not_needed());
        let s = |count: usize| if count == 1 { "" } else { "s" };
        write!(f, "{}: {hits} hit{}", self.graph, s(hits))?;
        if self.other_builds > 0 {
            write!(f, " ({} from another build)", self.other_builds)?;
        }
        let misses = self.misses();
        write!(f, ", {misses} miss{}, {not_needed} not needed", if misses == 1 { "" } else { "es" })?;
        let others = [
            (self.count(|outlook| matches!(outlook, Outlook::Runs | Outlook::Always)), "without `keep`"),
            (self.count(|outlook| *outlook == Outlook::Later), "known during the run"),
        ];
        for (count, what) in others.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {what}")?;
        }
        writeln!(f)?;
        let rows: Vec<(String, &Outlook)> = self
            .tasks
            .chunk_by(|a, b| a.line == b.line)
            .flat_map(|line| {
                let (first, is_one) = (&line[0], line.iter().all(|task| task.outlook == line[0].outlook));
                match (line.len(), is_one) {
                    (1, _) => Vec::from([(first.name.clone(), &first.outlook)]),
                    (tasks, true) => Vec::from([(format!("{} ({tasks} tasks)", first.line), &first.outlook)]),
                    _ => line.iter().map(|task| (task.name.clone(), &task.outlook)).collect(),
                }
            })
            .collect();
        let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        rows.iter().try_for_each(|(name, outlook)| writeln!(f, "{name:width$}  {outlook}"))
    }
}

impl Store {
    /// Tells what a run of `graph` with this store would do now, and why, without running any task. Arguments are evaluated as
    /// for a run.
    ///
    /// ```
    /// use dag_runtime::{Outlook, Serial, Store, dag, task};
    ///
    /// #[task]
    /// fn squares(count: u64) -> Vec<u64> { (0..count).map(|n| n * n).collect() }
    ///
    /// #[task(depends = [squares])]
    /// fn sum(squares: &[u64], factor: u64) -> u64 { factor * squares.iter().sum::<u64>() }
    ///
    /// dag! { graph Sum(count: u64, factor: u64) -> sum { squares(count) keep, sum(factor) keep } }
    ///
    /// # let folder = std::env::temp_dir().join(format!("dag-explain-{}", std::process::id()));
    /// let store = Store::open(&folder)?;
    /// assert_eq!(Sum { count: 4, factor: 1 }.run(&Serial.store(&store))?, 14);
    ///
    /// let explanation = store.explain(Sum { count: 4, factor: 2 })?;
    /// assert_eq!(explanation.task("squares"), Some(&Outlook::Hit { other_build: false }));
    /// assert_eq!(explanation.task("sum").unwrap().to_string(), "runs: argument `factor` differs");
    /// # drop(store);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the graph has sizes for which it is wrong.
    pub fn explain<G: Graph>(&self, graph: G) -> Result<Explanation, Error> {
        let explainer = Explainer { store: self, explanation: Mutex::new(None) };
        let outputs = graph.run(&explainer);
        let explanation = explainer.explanation.into_inner().unwrap_or_else(PoisonError::into_inner);
        match (explanation, outputs) {
            (Some(explanation), _) => Ok(explanation),
            (None, Err(error)) => Err(error),
            (None, Ok(_)) => unreachable!("no task runs, so there are no outputs"),
        }
    }

    pub(crate) fn explain_job(&self, graph: &dyn KeptGraph) -> Explanation {
        self.refresh();
        let (table, view) = (graph.table(), graph.view());
        let lines = graph.kept_lines();
        let keys = Keys::new(table, lines, self);
        let planner = Planner { graph, store: self, keys: &keys };
        if !lines.is_empty() {
            planner.find_keys();
        }
        let plan = planner.plan(planner.find(), Decode::Never);
        let mut other_builds = Vec::from_iter(
            plan.hits.iter().filter(|(_, found)| found.build != build()).map(|&(task, _)| task),
        );
        other_builds.sort_unstable();
        let outlook = |task: u32| {
            let line = lines.get(view.line(task) as usize);
            match plan.fates.of(task) {
                Fate::NotNeeded => Outlook::NotNeeded,
                Fate::Asks => Outlook::Later,
                Fate::Runs if keys.is_keyless(task) || line.is_some_and(|line| line.is_volatile()) => {
                    Outlook::Always
                }
                Fate::Runs if line.is_none_or(|line| line.codec.is_none()) => Outlook::Runs,
                Fate::Runs => {
                    let parts = keys.parts(graph, task, &mut TaskKey::new(table, &keys)).unwrap_or_default();
                    self.why(&label(table, task), &parts.list())
                }
                _ => Outlook::Hit { other_build: other_builds.binary_search(&task).is_ok() },
            }
        };
        let explained = |task: u32| ExplainedTask {
            name: table.task(task as usize).map(|task| task.name().to_string()).unwrap_or_default(),
            outlook: outlook(task),
            line: view.place(task).line.name,
            #[cfg(feature = "cli")]
            key: keys.get(task).copied(),
        };
        let tasks = (0..view.len() as u32).map(explained).collect();
        Explanation { graph: table.graph().to_owned(), other_builds: other_builds.len(), tasks }
    }

    /// Why there is no entry with these parts of its key.
    fn why(&self, label: &str, parts: &[Part]) -> Outlook {
        let Some(last) = self.last(label) else { return Outlook::New };
        let differs = |part: &&Part| !last.contains(part);
        let mut changed: Vec<String> = parts.iter().filter(differs).map(|part| part.name.clone()).collect();
        let is_left_out = |part: &&Part| !parts.iter().any(|other| other.name == part.name);
        changed.extend(last.iter().filter(is_left_out).map(|part| part.name.clone()));
        if changed.is_empty() { Outlook::Gone } else { Outlook::Changed { parts: changed } }
    }
}

/// Explains runs in place of executing them.
struct Explainer<'a> {
    store: &'a Store,
    explanation: Mutex<Option<Explanation>>,
}

impl Explainer<'_> {
    fn explain(&self, graph: &dyn KeptGraph) -> Result<(), Error> {
        let explanation = self.store.explain_job(graph);
        *self.explanation.lock().unwrap_or_else(PoisonError::into_inner) = Some(explanation);
        Err(Error::setup("no task was run".to_owned(), None))
    }
}

impl<G: Graph> Executor<G> for Explainer<'_> {}

impl<G: RawGraph> Execute<G> for Explainer<'_> {
    fn execute(&self, frame: &Frame<'_, G>) -> Result<(), Error> {
        self.explain(frame)
    }

    fn execute_partial(&self, frame: &PartialFrame<'_, G>) -> Result<(), Error> {
        self.explain(frame)
    }
}
