//! A run that is killed again and again, and what is left for the next one.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;
use std::{env, io};

use dag_examples::Random;
use dag_runtime::{Observer, Rayon, Store, TaskEvent};

use crate::tests::{BATCHES, options};
use crate::{Strikes, run};

/// Tells a process of the test in which folder it calculates.
const FOLDER: &str = "DAG_EXAMPLES_PIPELINE";
/// What such a process runs.
const TEST: &str = "killed::a_store_does_not_change_the_report";

/// Writes the name of each task that has run into a file.
struct Journal(fs::File);

impl Journal {
    fn open(folder: &Path) -> io::Result<Journal> {
        Ok(Journal(OpenOptions::new().create(true).append(true).open(folder.join("journal"))?))
    }
}

impl Observer for Journal {
    fn finished(&self, event: &TaskEvent<'_>, _elapsed: Duration) {
        (&self.0).write_all(format!("{}\n", event.task.name()).as_bytes()).unwrap();
    }
}

/// The tasks with `keep` that have run since the journal was begun.
fn ran(folder: &Path) -> Vec<String> {
    let journal = fs::read_to_string(folder.join("journal")).unwrap_or_default();
    // The last line may be half there.
    let whole = journal.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().filter(|name| is_kept(name)).map(str::to_owned).collect()
}

fn is_kept(task: &str) -> bool {
    !["read", "clean", "design", "report"].contains(&task)
}

/// The tasks whose outputs are in the store.
fn stored(folder: &Path) -> BTreeSet<String> {
    let store = Store::open(folder.join("store")).unwrap();
    assert_eq!(store.warnings(), Vec::<String>::new());
    let names =
        store.list().into_iter().filter_map(|entry| entry.label.strip_prefix("Strikes::").map(str::to_owned));
    names.collect()
}

/// The calculation, in the folder that the test of killed runs gives, or in one of its own.
#[test]
fn a_store_does_not_change_the_report() {
    let given = env::var_os(FOLDER);
    let own = tempfile::tempdir().unwrap();
    let folder = given.as_deref().map_or(own.path(), Path::new);
    let journal = Journal::open(folder).unwrap();
    let store = Store::open(folder.join("store")).unwrap();
    let executor = Rayon::with_threads(2).unwrap();
    let report = run(BATCHES, &options(), &executor.store(&store).observe(&journal)).unwrap();
    if given.is_some() {
        fs::write(folder.join("report"), report).unwrap();
    } else {
        assert_eq!(report, run(BATCHES, &options(), &Rayon::with_threads(2).unwrap()).unwrap());
    }
}

/// Starts the calculation in a process of its own.
fn start(folder: &Path) -> Child {
    let _ = fs::remove_file(folder.join("journal"));
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", TEST]).env(FOLDER, folder).stdout(Stdio::null()).spawn().unwrap()
}

/// Kills the process with SIGKILL a moment after this many tasks have run, if it has not ended by then.
fn kill_after(mut child: Child, tasks: usize, moment: Duration, folder: &Path) -> ExitStatus {
    while child.try_wait().unwrap().is_none() && ran(folder).len() < tasks {
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(moment);
    child.kill().unwrap();
    child.wait().unwrap()
}

#[test]
fn killed_runs_go_on_where_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let table = Strikes::table(BATCHES).unwrap();
    let kept = table.tasks().filter(|task| is_kept(&task.name().to_string())).count();
    let mut random = Random::seeded(18);
    let (mut kills, mut lost, mut before) = (0, 0, BTreeSet::new());
    loop {
        let (tasks, moment) = (1 + random.below(3), Duration::from_millis(random.below(50) as u64));
        let status = kill_after(start(folder), tasks, moment, folder);
        let ran = ran(folder);
        // What was there did not run again.
        let again: Vec<&String> = ran.iter().filter(|name| before.contains(*name)).collect();
        assert!(again.is_empty(), "{again:?} were there");
        if status.success() {
            break;
        }
        // What has run is there, but for what the two threads have just returned.
        before = stored(folder);
        lost += ran.iter().filter(|name| !before.contains(*name)).count();
        kills += 1;
        assert!(kills <= 2 * kept, "there is no progress");
    }
    assert!(kills >= 4, "{kills} times killed");
    assert!(lost <= 2 * kills, "{lost} outputs lost in {kills} kills");
    let report = fs::read_to_string(folder.join("report")).unwrap();
    assert_eq!(report, run(BATCHES, &options(), &Rayon::with_threads(2).unwrap()).unwrap());
    assert_eq!(stored(folder).iter().filter(|name| !name.starts_with("parse[")).count(), kept);

    // Nothing is left.
    assert!(start(folder).wait().unwrap().success());
    assert_eq!(ran(folder), Vec::<String>::new());
    assert_eq!(fs::read_to_string(folder.join("report")).unwrap(), report);
}
