//! How outputs become what parameters ask for.
#![deny(warnings)]

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dag_runtime::{Rayon, dag, task};

#[task]
fn text() -> String {
    "ab".to_owned()
}

#[task]
fn shared() -> Arc<String> {
    Arc::new("abc".to_owned())
}

#[task]
fn path() -> PathBuf {
    PathBuf::from("a/b")
}

#[task]
fn array() -> [u32; 3] {
    [1, 2, 3]
}

#[task]
fn map() -> BTreeMap<u32, String> {
    BTreeMap::from([(1, "one".to_owned())])
}

#[task]
fn boxed() -> Box<dyn Fn(u32) -> u32 + Send + Sync> {
    Box::new(|x| x + 1)
}

#[task(depends = [text, shared, path, array, map, boxed])]
fn all(
    text: &str,
    shared: &str,
    path: &Path,
    array: &[u32],
    map: &BTreeMap<u32, String>,
    boxed: &(dyn Fn(u32) -> u32 + Send + Sync),
    #[from(text)] shown: &dyn Display,
    #[from(array)] copy: [u32; 3],
) -> String {
    assert_eq!(array, copy);
    format!("{text} {shared} {} {} {} {shown}", path.display(), map[&1], boxed(array[0]))
}

dag! {
    graph All -> all { text, shared, path, array, map, boxed, all }
}

fn main() {
    assert_eq!(All.run(&Rayon::new()).unwrap(), "ab abc a/b one 2 ab");
}
