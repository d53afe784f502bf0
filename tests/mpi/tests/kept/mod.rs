//! Jobs whose ranks keep outputs in a store.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, process};

use super::launch::{LIMIT, end, kill_rank_after};
use super::{sizes, start};

/// A folder that goes when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Folder(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", process::id())));
        drop(fs::remove_dir_all(&folder.0));
        fs::create_dir_all(&folder.0).unwrap();
        folder
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

#[test]
fn what_ranks_have_kept_is_found_by_all() {
    for ranks in sizes() {
        let folder = Folder::new(&format!("keep-{ranks}"));
        let (status, text) = end(start("keep", ranks, &[&folder.path("stores")]), LIMIT);
        assert!(status.success(), "on {ranks} ranks: {status}\n{text}");
    }
}

/// Each run does what the ones before have not written, whenever they were killed.
#[test]
fn a_job_that_was_killed_goes_on_where_it_was() {
    const TASKS: usize = 360;
    const KILLS: usize = 20;
    let ranks = sizes()[sizes().len() / 2].max(2);
    let folder = Folder::new("keep-killed");
    let notes = folder.path("notes");
    let arguments = [&*folder.path("store"), &notes];
    let mut random = Duration::from_millis(7);
    let mut killed = 0;
    for kill in 0..KILLS {
        random = Duration::from_millis((random.as_millis() as u64 * 37 + 11) % 101);
        let mut job = start("keep_killed", ranks, &arguments);
        kill_rank_after(&mut job, kill % ranks, random);
        let (status, _) = end(job, LIMIT);
        killed += usize::from(!status.success());
    }
    let (status, text) = end(start("keep_killed", ranks, &arguments), LIMIT);
    assert!(status.success(), "{status}\n{text}");
    let notes = fs::read_to_string(&notes).unwrap();
    let calls = notes.lines().count();
    let all: BTreeSet<&str> = notes.lines().collect();
    assert_eq!(all.len(), TASKS);
    // On each rank one was running, and one may not have been written.
    assert!(calls <= TASKS + killed * 2 * ranks, "{calls} calls, after {killed} kills");
    assert!(killed > KILLS / 2, "{killed} runs were killed");
    let (status, text) = end(start("keep_killed", ranks, &arguments), LIMIT);
    assert!(status.success(), "{status}\n{text}");
    assert_eq!(fs::read_to_string(folder.path("notes")).unwrap().lines().count(), calls, "nothing was left");
}
