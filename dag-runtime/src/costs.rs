//! Costs as they were measured.

use alloc::collections::{BTreeMap, btree_map};
use alloc::string::{String, ToString as _};
use core::iter::Map;

/// What a run has measured of the tasks of a graph, to be given to the next run or to a plan: made by
/// [`Recording::costs`](crate::Recording::costs).
///
/// The executors take it by their methods `costs`, a [planner](crate::Table::planner) by
/// [`measured`](crate::Planner::measured). With the feature `json` it can be saved, for a run or plan of another day.
///
/// Costs are in nanoseconds. Beside them it has the number of elements of tasks that run once for each, and the sizes of
/// outputs that went to other ranks of MPI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize, serde::Deserialize))]
pub struct Costs {
    pub(crate) graph: String,
    pub(crate) nanoseconds: BTreeMap<String, u64>,
    #[cfg_attr(feature = "json", serde(default, skip_serializing_if = "BTreeMap::is_empty"))]
    pub(crate) elements: BTreeMap<String, u64>,
    #[cfg_attr(feature = "json", serde(default, skip_serializing_if = "BTreeMap::is_empty"))]
    pub(crate) bytes: BTreeMap<String, u64>,
}

impl Costs {
    /// Costs of tasks of a graph that are known from elsewhere, by name, in nanoseconds. The name of a family stands for
    /// those of its members that are not named.
    #[must_use]
    pub fn new<S: Into<String>>(graph: &str, costs: impl IntoIterator<Item = (S, u64)>) -> Self {
        let nanoseconds = costs.into_iter().map(|(name, cost)| (name.into(), cost)).collect();
        Costs { graph: graph.to_string(), nanoseconds, ..Costs::default() }
    }

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

    /// How many elements there were, of each task that runs once for each.
    pub fn elements(&self) -> Iter<'_> {
        entries(&self.elements)
    }

    /// How many bytes the outputs had that went to other ranks of MPI.
    pub fn bytes(&self) -> Iter<'_> {
        entries(&self.bytes)
    }

    /// Takes over all that `newer` says, and keeps what it does not.
    pub fn update(&mut self, newer: Costs) {
        self.nanoseconds.extend(newer.nanoseconds);
        self.elements.extend(newer.elements);
        self.bytes.extend(newer.bytes);
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
        entries(&self.nanoseconds)
    }
}

fn entries(all: &BTreeMap<String, u64>) -> Iter<'_> {
    all.iter().map(|(name, &value)| (name, value))
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
    /// let plan = Stats::TABLE.planner().measured(&Costs::load(&path)?).plan(8);
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
