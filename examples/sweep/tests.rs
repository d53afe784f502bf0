//! The whole sweep.

use std::fs;
use std::path::Path;

use dag_runtime::{Auto, Serial, Store};

use super::*;
use crate::load::Start;

fn file(path: impl AsRef<Path>) -> File {
    File::open(path).unwrap()
}

/// The graph on one backend, with these configurations in place of the file's.
fn sweep(backend: &str, list: &Path) -> Result<(Vec<Configuration>, Vec<Score>, usize), dag_runtime::Error> {
    Sweep { data: &file(IRISES), list: &file(list) }.run(&Auto::named(backend, Some(3))?)
}

/// A list of configurations that is there for one test.
struct List(PathBuf);

impl List {
    fn new(name: &str, lines: &[&str]) -> Self {
        let path = std::env::temp_dir().join(format!("dag-sweep-{}-{name}.csv", std::process::id()));
        fs::write(&path, [&["clusters,start,seed"], lines].concat().join("\n")).unwrap();
        List(path)
    }
}

impl Drop for List {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn every_backend_gives_the_scores_of_a_plain_loop() {
    let flowers = flowers(&file(IRISES)).unwrap();
    assert_eq!(flowers.len(), 150);
    let serial = sweep("serial", Path::new(CONFIGURATIONS)).unwrap();
    check(&flowers, &serial.0, &serial.1, serial.2).unwrap();
    assert_eq!(serial.1.len(), 24);
    assert_eq!(sweep("rayon", Path::new(CONFIGURATIONS)).unwrap(), serial);
}

/// The values that R's `kmeans` and `cluster::silhouette` are known for on this data set.
#[test]
fn irises_have_their_known_scores() {
    let points = points(&flowers(&file(IRISES)).unwrap());
    for (clusters, inertia, mean_silhouette) in [(2, 152.347_95, 0.681_05), (3, 78.851_44, 0.552_82)] {
        let runs = (1..=5).map(|seed| {
            let configuration = Configuration { clusters, start: Start::Spread, seed };
            cluster(&points, &configuration).unwrap()
        });
        let best = runs.min_by(|a, b| a.inertia.total_cmp(&b.inertia)).unwrap();
        assert!((best.inertia - inertia).abs() < 1e-5, "{}", best.inertia);
        let found = silhouette(&points, &best.labels);
        assert!((found - mean_silhouette).abs() < 1e-5, "{found}");
    }
}

#[test]
fn a_line_that_is_wrong_is_named() {
    let list = List::new("wrong", &["2,spread,1", "# a comment", "3,wide,1", "x,spread,1"]);
    for backend in ["serial", "rayon"] {
        let error = sweep(backend, &list.0).unwrap_err();
        assert_eq!(error.task(), Some("configurations"));
        let text = error.to_string();
        assert!(text.contains("line 4 of `"), "{text}");
        assert!(text.ends_with("start `wide` is neither sample nor spread"), "{text}");
    }
}

#[test]
fn the_first_element_that_fails_is_named() {
    let list = List::new("many", &["2,spread,1", "151,spread,1", "3,spread,1", "999,sample,1"]);
    for backend in ["serial", "rayon"] {
        let error = sweep(backend, &list.0).unwrap_err();
        assert_eq!(error.task(), Some("score[1]"));
        let expected = "task `score[1]` of graph `Sweep` failed: 150 points cannot be in 151 clusters";
        assert_eq!(error.to_string(), expected);
    }
}

/// How many configurations are scored in a run with this store.
fn scored(backend: &str, lines: &[&str], store: &Path) -> usize {
    let store = Store::open(store).unwrap();
    let scores = || store.list().iter().filter(|entry| entry.label.starts_with("Sweep::score[")).count();
    let (before, list) = (scores(), List::new(&format!("stored-{backend}"), lines));
    let options = Options { flowers: IRISES.into(), configurations: list.0.clone() };
    run(&options, &Auto::named(backend, Some(2)).unwrap().store(&store)).unwrap();
    scores() - before
}

#[test]
fn of_configurations_in_a_store_a_new_one_is_scored() {
    for backend in ["serial", "rayon"] {
        let folder = tempfile::tempdir().unwrap();
        let scored = |lines: &[&str]| scored(backend, lines, &folder.path().join("store"));
        assert_eq!(scored(&["2,spread,1", "3,spread,1"]), 2);
        assert_eq!(scored(&["2,spread,1", "# a comment", "3,spread,1"]), 0);
        // An inserted configuration shifts nothing.
        assert_eq!(scored(&["4,sample,7", "2,spread,1", "3,spread,1"]), 1);
        assert_eq!(scored(&["3,spread,2", "2,spread,1"]), 1);
    }
}

#[test]
fn no_configuration_is_no_best_one() {
    let list = List::new("none", &[]);
    for backend in ["serial", "rayon"] {
        let error = sweep(backend, &list.0).unwrap_err();
        assert_eq!(error.to_string(), "task `best` of graph `Sweep` failed: there is no configuration");
    }
}

#[test]
fn the_check_finds_what_differs() {
    let flowers = flowers(&file(IRISES)).unwrap();
    let list = List::new("two", &["2,spread,1", "3,spread,1"]);
    let (configurations, mut scores, best) = sweep("serial", &list.0).unwrap();
    assert!(check(&flowers, &configurations, &scores, 1 - best).is_err());
    scores[1].inertia += 1e-9;
    let message = check(&flowers, &configurations, &scores, best).unwrap_err();
    assert_eq!(message, "score 1 differs from the plain loop's");
}

#[test]
fn the_program_checks_itself() {
    let options = |flowers: &str| Options { flowers: flowers.into(), configurations: CONFIGURATIONS.into() };
    assert!(run(&options(IRISES), &Serial).unwrap().ends_with("agree with a plain loop"));
    assert!(run(&options("no/such.csv"), &Serial).is_err());
}
