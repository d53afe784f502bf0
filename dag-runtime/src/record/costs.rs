//! Costs as they were measured.

use alloc::collections::{BTreeMap, btree_map};
use alloc::string::{String, ToString as _};
use core::iter::Map;

use crate::record::Recording;
use crate::state::TaskState;

/// The costs of tasks as a run has measured them, in nanoseconds: made by [`Recording::costs`].
///
/// A [planner](crate::Table::planner) takes them by [`costs_by_name`](crate::Planner::costs_by_name). With the feature
/// `json` they can be saved, for a plan of another day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize))]
pub struct Costs {
    graph: String,
    nanoseconds: BTreeMap<String, u64>,
}

impl Costs {
    /// The graph whose tasks they are of.
    #[must_use]
    pub fn graph(&self) -> &str {
        &self.graph
    }

    /// The cost of the task of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<u64> {
        self.nanoseconds.get(name).copied()
    }

    /// All names and costs, sorted by name.
    pub fn iter(&self) -> Iter<'_> {
        self.into_iter()
    }
}

type Iter<'a> = Map<btree_map::Iter<'a, String, u64>, fn((&'a String, &'a u64)) -> (&'a str, u64)>;

impl<'a> IntoIterator for &'a Costs {
    type Item = (&'a str, u64);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.nanoseconds.iter().map(|(name, &cost)| (name, cost))
    }
}

#[cfg(feature = "json")]
#[cfg_attr(docsrs, doc(cfg(feature = "json")))]
impl Costs {
    /// As JSON, as [`save`](Costs::save) writes it.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("costs are names and numbers") + "\n"
    }

    /// Writes them to a file, as JSON.
    ///
    /// # Errors
    ///
    /// Those of writing.
    pub fn save(&self, path: impl AsRef<std::path::Path>) -> std::io::Result<()> {
        std::fs::write(path, self.to_json())
    }

    /// Reads them from a file, as [`save`](Costs::save) writes it.
    ///
    /// ```
    /// # use dag_runtime::{Costs, Recorder, Serial, dag, task};
    /// # #[task] fn load() -> u32 { 4 }
    /// # dag! { graph Stats -> load { load } }
    /// # let path = std::env::temp_dir().join("dag-runtime-costs.json");
    /// # let recorder = Recorder::new();
    /// # Stats.run(&Serial.observe(&recorder)).unwrap();
    /// recorder.recording().unwrap().costs().save(&path)?;
    /// // Later, and in another process:
    /// let plan = Stats::TABLE.planner().costs_by_name(&Costs::load(&path)?)?.plan(8);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of reading, and where the file is no such JSON.
    pub fn load(path: impl AsRef<std::path::Path>) -> std::io::Result<Self> {
        Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
    }
}

impl Recording {
    /// How long each task has taken that has finished, as costs for a plan.
    #[must_use]
    pub fn costs(&self) -> Costs {
        let finished = self.runs().filter(|run| run.state == TaskState::Finished);
        Costs {
            graph: self.table.graph().to_string(),
            nanoseconds: finished
                .map(|run| (run.task.name().to_string(), run.time().as_nanos() as u64))
                .collect(),
        }
    }
}
