//! The whole program, on both executors and on files that are wrong.

use std::fs;
use std::path::{Path, PathBuf};

use dag_examples::order;
use dag_runtime::{Auto, Error, Monitor, Recorder, TaskState};

use crate::load::LoadError;
use crate::{Options, SEATTLE, Weather, run};

fn on(backend: &str) -> Auto {
    Auto::named(backend, Some(4)).unwrap()
}

/// Runs the program on a file, with few replicates.
fn report_on(input: impl AsRef<Path>, executor: &Auto<impl Monitor + Sync>) -> Result<String, Error> {
    run(&Options { input: input.as_ref().to_owned(), replicates: 50, plot: None }, executor)
}

#[test]
fn both_executors_give_the_same_report() {
    let recorder = Recorder::new();
    let serial = report_on(SEATTLE, &on("serial").observe(&recorder)).unwrap();
    assert_eq!(order(&recorder).len(), Weather::TABLE.len() - 2);
    assert_eq!(states(&recorder), [Some(TaskState::NotWanted); 2]);
    for part in
        ["2012-01-01 to 2015-12-31: 1461 days", "hottest   35.6 °C   2014-08-11", "S = 165114, p = 0.0001"]
    {
        assert!(serial.contains(part), "{part} is not in {serial}");
    }
    assert_eq!(report_on(SEATTLE, &on("rayon")).unwrap(), serial);
}

/// A file that is there for one test.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str, lines: &[&str]) -> Self {
        let path = std::env::temp_dir().join(format!("dag-weather-{}-{name}.csv", std::process::id()));
        fs::write(&path, lines.join("\n")).unwrap();
        TempFile(path)
    }

    /// The data set with line `number` (from 1) replaced by `line`, or dropped.
    fn changed(name: &str, number: usize, line: Option<&str>) -> Self {
        let text = fs::read_to_string(SEATTLE).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.splice(number - 1..number, line);
        TempFile::new(name, &lines)
    }
}

impl AsRef<Path> for TempFile {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn errors_name_task_and_line() {
    let line = "2012/01/16,abc,6.1,-1.1,3.1,snow";
    let file = TempFile::changed("number", 17, Some(line));
    for backend in ["serial", "rayon"] {
        let error = report_on(&file, &on(backend)).unwrap_err();
        let expected = "task `parse` of graph `Weather` failed: line 17: precipitation `abc` is not a number";
        assert_eq!(error.to_string(), expected);
        let source = std::error::Error::source(&error).unwrap();
        assert!(matches!(source.downcast_ref(), Some(LoadError::Line { line: 17, .. })));
    }

    let file = TempFile::changed("twice", 17, Some("2012/01/15,5.3,1.1,-3.3,3.2,snow"));
    let error = report_on(&file, &on("serial")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "task `days` of graph `Weather` failed: line 17: 2012-01-15 is there twice"
    );

    let error = report_on("no/such.csv", &on("serial")).unwrap_err().to_string();
    assert!(
        error.starts_with("task `read` of graph `Weather` failed: cannot read `no/such.csv`: "),
        "{error}"
    );
}

#[test]
fn a_missing_day_spares_what_can_do_without_it() {
    let file = TempFile::changed("gap", 17, None);
    for backend in ["serial", "rayon"] {
        let recorder = Recorder::new();
        let error = report_on(&file, &on(backend).keep_going().observe(&recorder)).unwrap_err();
        let expected = "line 17: 2012-01-17 where 2012-01-16 should follow";
        assert_eq!(error.to_string(), format!("task `complete` of graph `Weather` failed: {expected}"));
        assert_eq!(error.skipped().len(), 12, "{:?}", error.skipped());
        let ran = order(&recorder);
        assert!(
            ["climate", "records", "seasons", "kinds"].iter().all(|task| ran.iter().any(|name| name == task))
        );
    }
}

#[test]
fn a_short_file_has_no_trend() {
    let text = fs::read_to_string(SEATTLE).unwrap();
    let file = TempFile::new("short", &text.lines().take(366).collect::<Vec<_>>());
    let error = report_on(&file, &on("serial")).unwrap_err();
    let expected = "task `highs` of graph `Weather` failed: a trend needs 730 days, and there are 365";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_picture_is_drawn_where_it_is_wanted() {
    let text = fs::read_to_string(SEATTLE).unwrap();
    let two_years = TempFile::new("years", &text.lines().take(732).collect::<Vec<_>>());
    for backend in ["serial", "rayon"] {
        let file = TempFile::new("picture", &[]);
        let options = Options { input: two_years.0.clone(), replicates: 5, plot: Some(file.0.clone()) };
        let recorder = Recorder::new();
        run(&options, &on(backend).observe(&recorder)).unwrap();
        assert_eq!(states(&recorder), [Some(TaskState::Finished); 2]);
        assert_eq!(fs::read_to_string(&file).unwrap().matches("<polyline").count(), 2);

        let options = Options { plot: Some("no/such/folder.svg".into()), ..options };
        let error = run(&options, &on(backend)).unwrap_err();
        assert_eq!(error.task(), Some("write"));
        assert!(error.to_string().contains("cannot write `no/such/folder.svg`: "), "{error}");
    }
}

/// The states of the tasks that draw.
fn states(recorder: &Recorder) -> [Option<TaskState>; 2] {
    let recording = recorder.recording().unwrap();
    ["chart", "write"].map(|task| recording.state(Weather::TABLE.find(task).unwrap()))
}
