//! Measured costs.

use alloc::collections::{BTreeMap, btree_map};
use alloc::string::{String, ToString as _};
use core::iter::FusedIterator;

/// Measured costs of the tasks of a graph, for the next run or for a plan.
///
/// [`Recording::costs`](crate::Recording::costs) returns them. The executors take them by their methods `costs`, a
/// [planner](crate::Table::planner) takes them by [`measured`](crate::Planner::measured). With the feature `json` they
/// can be saved and loaded.
///
/// Costs are in nanoseconds. The type also holds the number of elements of tasks with `each`, and the sizes of outputs
/// that were sent to other MPI ranks.
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
    /// Costs of tasks of a graph by name, in nanoseconds. The name of a family stands for those of its members that are
    /// not named.
    #[must_use]
    pub fn new<S: Into<String>>(graph: &str, costs: impl IntoIterator<Item = (S, u64)>) -> Self {
        let nanoseconds = costs.into_iter().map(|(name, cost)| (name.into(), cost)).collect();
        Costs { graph: graph.to_string(), nanoseconds, ..Costs::default() }
    }

    /// The name of the graph.
    #[must_use]
    pub fn graph(&self) -> &str {
        &self.graph
    }

    /// The cost of the task with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<u64> {
        self.nanoseconds.get(name).copied()
    }

    /// The number of elements of each task that runs once for each.
    pub fn elements(&self) -> CostsIter<'_> {
        CostsIter(self.elements.iter())
    }

    /// The sizes in bytes of the outputs that were sent to other MPI ranks.
    pub fn bytes(&self) -> CostsIter<'_> {
        CostsIter(self.bytes.iter())
    }

    /// Overwrites entries with those of `newer`, and keeps the others.
    pub fn update(&mut self, newer: Costs) {
        self.nanoseconds.extend(newer.nanoseconds);
        self.elements.extend(newer.elements);
        self.bytes.extend(newer.bytes);
    }

    /// All names and costs, sorted by name.
    pub fn iter(&self) -> CostsIter<'_> {
        CostsIter(self.nanoseconds.iter())
    }
}

impl<'costs> IntoIterator for &'costs Costs {
    type Item = (&'costs str, u64);
    type IntoIter = CostsIter<'costs>;

    fn into_iter(self) -> CostsIter<'costs> {
        self.iter()
    }
}

/// Names and numbers of [`Costs`], sorted by name: see [`Costs::iter`], [`Costs::elements`] and [`Costs::bytes`].
#[derive(Clone, Debug)]
#[must_use = "iterators are lazy"]
pub struct CostsIter<'costs>(btree_map::Iter<'costs, String, u64>);

impl<'costs> Iterator for CostsIter<'costs> {
    type Item = (&'costs str, u64);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, &value)| (name.as_str(), value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for CostsIter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(name, &value)| (name.as_str(), value))
    }
}

impl ExactSizeIterator for CostsIter<'_> {}
impl FusedIterator for CostsIter<'_> {}

#[cfg(feature = "json")]
#[cfg_attr(docsrs, doc(cfg(feature = "json")))]
impl Costs {
    /// The costs as JSON, in the form that [`save`](Costs::save) writes.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("costs are names and numbers") + "\n"
    }

    /// Writes the costs to a file as JSON.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub fn save(&self, path: impl AsRef<std::path::Path>) -> std::io::Result<()> {
        std::fs::write(path, self.to_json())
    }

    /// Reads costs from a file that [`save`](Costs::save) wrote.
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
    /// Fails if the file cannot be read or does not contain costs.
    pub fn load(path: impl AsRef<std::path::Path>) -> std::io::Result<Self> {
        Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
    }
}
