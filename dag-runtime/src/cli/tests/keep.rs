//! Command lines of graphs with `keep`.

use serde_json::Value;
use tempfile::TempDir;

use super::*;

/// The numbers of a text.
#[task]
fn numbers(text: &str) -> Result<Vec<f64>, core::num::ParseFloatError> {
    text.split(',').map(str::parse).collect()
}

#[task(depends = [numbers])]
fn power(numbers: &[f64], n: u32) -> f64 {
    numbers.iter().map(|x| x.powi(n as i32)).sum()
}

#[task]
fn spread(moments: &[f64], factor: f64) -> f64 {
    factor * (moments[1] - moments[0])
}

#[task(depends = [spread])]
fn shown(spread: f64) -> String {
    format!("{spread:.1}")
}

dag! {
    graph Kept<'a>(text: &'a str, factor: f64) -> shown {
        numbers(text) keep,
        moment[n in 1..3] = power(n as u32) keep,
        spread(&moment, factor) keep,
        shown,
    }
}

#[derive(clap::Args)]
struct KeptInputs {
    text: String,
    #[arg(long, default_value_t = 1.0)]
    factor: f64,
}

pub(super) fn output(code: u8, out: Vec<u8>, err: Vec<u8>) -> (u8, String, String) {
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn kept(arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (vec![], vec![]);
    let run = |inputs: KeptInputs, executor: &CliExecutor| {
        Ok(Kept { text: &inputs.text, factor: inputs.factor }.run(executor)?)
    };
    let arguments = ["kept"].iter().chain(arguments).map(OsString::from);
    let code = start(Kept::TABLE, run, arguments, &mut out, &mut err);
    output(code, out, err)
}

/// A store of its own for a test.
pub(super) struct Folder(pub(super) TempDir);

impl Folder {
    pub(super) fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    pub(super) fn path(&self) -> String {
        self.0.path().join("store").display().to_string()
    }

    /// What the program says, on this store.
    fn kept(&self, arguments: &[&str]) -> (u8, String, String) {
        kept(&[arguments, &["--store", &self.path()]].concat())
    }
}

#[test]
fn a_run_tells_what_it_found_and_what_it_did() {
    for backend in ["serial", "rayon"] {
        let folder = Folder::new();
        let run = |factor| folder.kept(&["run", "1,2,6", "--backend", backend, "--factor", factor]);
        let (code, out, err) = run("1");
        assert_eq!((code, &*out), (0, "32.0\n"));
        assert!(err.starts_with("store: 0 hits, 4 misses, 0 not needed; 0 B read, "), "{err}");
        let (code, out, err) = run("1");
        assert_eq!((code, &*out), (0, "32.0\n"));
        let again = "store: 1 hit, 0 misses, 3 not needed; 8 B read, 0 B written, ";
        assert!(err.starts_with(again) && err.ends_with(" waited for the disk\n"), "{err}");
        let (code, out, err) = run("2");
        assert_eq!((code, &*out), (0, "64.0\n"));
        assert!(err.starts_with("store: 2 hits, 1 miss, 1 not needed; 16 B read, 8 B written, "), "{err}");
    }
}

#[test]
fn without_a_store_nothing_is_told() {
    assert_eq!(kept(&["run", "1,2,6", "--backend", "serial"]), (0, "32.0\n".into(), String::new()));
    let (code, _, err) = kept(&["run", "1,2,6", "--store-version", "2"]);
    assert_eq!(code, 2);
    assert_eq!(err, "error: `--store-version` is for a store: add `--store DIR`, or set DAG_STORE\n");
    for command in [&["run", "1", "--dry"][..], &["why", "spread", "1"], &["store", "list"], &["store", "gc"]]
    {
        let (code, out, err) = kept(command);
        assert_eq!((code, &*out), (2, ""), "{command:?}");
        assert_eq!(err, "error: which store? Add `--store DIR`, or set DAG_STORE\n");
    }
}

#[test]
fn a_version_is_part_of_keys() {
    let folder = Folder::new();
    let run = |options: &[&str]| folder.kept(&[&["run", "1,2,6", "--backend", "serial"], options].concat()).2;
    run(&[]);
    assert!(run(&["--store-version", "2"]).starts_with("store: 0 hits, 4 misses, "));
    assert!(run(&["--store-version", "2"]).starts_with("store: 1 hit, 0 misses, "));
    assert!(run(&["--strict-store"]).starts_with("store: 0 hits, 4 misses, "));
    assert!(run(&["--strict-store"]).starts_with("store: 1 hit, 0 misses, "));
}

#[test]
fn a_dry_run_does_nothing() {
    let folder = Folder::new();
    let dry = || folder.kept(&["run", "--dry", "1,2,6"]);
    let (code, out, err) = dry();
    assert_eq!((code, &*err), (0, ""));
    assert_eq!(
        out,
        "\
Kept: 0 hits, 4 misses, 0 not needed, 1 without `keep`
numbers           runs: nothing is kept of it yet
moment (2 tasks)  runs: nothing is kept of it yet
spread            runs: nothing is kept of it yet
shown             runs
"
    );
    assert!(!folder.0.path().join("store").exists(), "nothing is written");
    folder.kept(&["run", "1,2,6"]);
    let before = files(&folder);
    let (_, out, _) = folder.kept(&["run", "--dry", "1,2,6", "--factor", "2"]);
    assert_eq!(
        out,
        "\
Kept: 2 hits, 1 miss, 1 not needed, 1 without `keep`
numbers           not needed
moment (2 tasks)  hit
spread            runs: argument `factor` differs
shown             runs
"
    );
    let (path, name) = file("dry.json");
    let (code, out, err) = folder.kept(&["run", "--dry", "1,2,6", "--factor", "2", "--report-json", &name]);
    assert_eq!((code, &*out, &*err), (0, "", ""));
    let json: Value = serde_json::from_str(&read(path)).unwrap();
    assert_eq!(json["graph"], "Kept");
    assert_eq!(json["tasks"][3]["outlook"], "changed");
    assert_eq!(json["tasks"][3]["parts"][0], "argument `factor`");
    assert_eq!(files(&folder), before, "nothing is written");
    assert_eq!(folder.kept(&["run", "--dry", "1,2,6", "--report"]).0, 2);
}

/// The files of a store, with their sizes.
pub(super) fn files(folder: &Folder) -> Vec<(PathBuf, u64)> {
    let mut folders = vec![folder.0.path().to_path_buf()];
    let mut files = vec![];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => files.push((path.clone(), path.metadata().unwrap().len())),
            }
        }
    }
    files.sort();
    files
}

#[test]
fn why_tells_of_a_task_or_a_family() {
    let folder = Folder::new();
    folder.kept(&["run", "1,2,6"]);
    let why = |arguments: &[&str]| folder.kept(&[&["why"], arguments].concat());
    let told = |arguments: &[&str]| {
        let (code, out, err) = why(arguments);
        assert_eq!((code, &*err), (0, ""));
        out
    };
    assert_eq!(told(&["spread", "1,2,6", "--factor", "3"]), "spread: runs: argument `factor` differs\n");
    assert_eq!(told(&["shown", "1,2,6"]), "shown: runs\n");
    let hit = told(&["spread", "1,2,6"]);
    assert!(
        hit.starts_with("spread: hit; 8 B written 0 s ago by this build\n") || hit.contains(" s ago by"),
        "{hit}"
    );
    let member = told(&["moment[2]", "1,2"]);
    assert_eq!(member, "moment[2]: runs: dependency `numbers` differs\n");
    let family = told(&["moment", "1,2"]);
    assert!(family.lines().count() == 2 && family.starts_with("moment[1]: "), "{family}");
    let json: Value = serde_json::from_str(&told(&["spread", "1,2,6", "--json"])).unwrap();
    assert_eq!(json[0]["outlook"], "hit");
    assert_eq!(json[0]["entry"]["bytes"], 8);
    assert_eq!(json[0]["entry"]["task"], "Kept::spread");

    for (name, told) in [
        ("spred", "graph `Kept` has no task `spred`; did you mean `spread`?"),
        ("moment[3]", "graph `Kept` has no task `moment[3]`: `moment` goes from `moment[1]` to `moment[2]`"),
        ("momnt[1]", "graph `Kept` has no task `momnt[1]`; did you mean `moment`?"),
        ("x", "graph `Kept` has no task `x`"),
    ] {
        assert_eq!(why(&[name, "1"]), (2, String::new(), format!("error: {told}\n")));
    }
}

#[test]
fn a_store_is_listed_verified_and_cleaned() {
    let folder = Folder::new();
    folder.kept(&["run", "1,2,6", "--backend", "serial"]);
    let (code, out, err) = folder.kept(&["store", "list"]);
    assert_eq!((code, &*err), (0, ""));
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines.len(), 6);
    assert_eq!(lines[0].split_whitespace().collect::<Vec<_>>(), ["task", "size", "written", "by"]);
    assert!(lines[1].starts_with("Kept::moment[1] ") && lines[1].ends_with(" ago  this build"), "{out}");
    assert_eq!(lines[5], "4 outputs, 48 B");
    let (_, out, _) = folder.kept(&["store", "list", "--json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json[3]["task"], "Kept::spread");

    assert_eq!(
        folder.kept(&["store", "verify"]),
        (0, "4 outputs, 48 B: as they were written\n".into(), String::new())
    );
    let (code, out, err) = folder.kept(&["store", "gc", "--older", "30d", "--larger", "1G"]);
    assert_eq!((code, &*err), (0, ""));
    assert!(out.starts_with("0 outputs removed, ") && out.ends_with(" freed, 4 outputs left\n"), "{out}");
    let (code, out, _) = folder.kept(&["store", "gc", "--larger", "0B"]);
    assert!(
        code == 0 && out.starts_with("4 outputs removed, ") && out.ends_with(" freed, 0 outputs left\n"),
        "{out}"
    );
    assert_eq!(folder.kept(&["store", "list"]).1.lines().last(), Some("0 outputs, 0 B"));
}

#[test]
fn a_gc_without_limits_says_what_limits_there_are() {
    let folder = Folder::new();
    folder.kept(&["run", "1,2,6", "--backend", "serial"]);
    let (code, out, err) = folder.kept(&["store", "gc"]);
    assert_eq!((code, &*err), (0, "outputs are removed with a limit: --older 30d, --larger 10G, or both\n"));
    assert!(out.starts_with("0 outputs removed, "), "{out}");
    for limit in [["--older", "-3d"], ["--larger", "-3G"]] {
        assert_eq!(folder.kept(&[&["store", "gc"], &limit[..]].concat()).0, 2);
    }
}

#[test]
fn damage_is_an_error_of_verify() {
    let folder = Folder::new();
    folder.kept(&["run", "1,2,6", "--backend", "serial"]);
    let (log, _) = files(&folder).into_iter().max_by_key(|(_, size)| *size).unwrap();
    let mut bytes = fs::read(&log).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&log, bytes).unwrap();
    let (code, out, err) = folder.kept(&["store", "verify"]);
    assert_eq!(
        (code, &*out),
        (1, "3 outputs, 40 B: as they were written\ndamaged: Kept::spread, written 0 s ago\n")
    );
    assert!(err.contains("warning: store `") && err.contains("error: "), "{err}");
    // A run goes on, and tells.
    let (code, out, err) = folder.kept(&["run", "1,2,6", "--backend", "serial"]);
    assert_eq!((code, &*out), (0, "32.0\n"));
    assert!(
        err.starts_with("warning: store `") && err.contains("\nstore: 2 hits, 1 miss, 1 not needed; "),
        "{err}"
    );
}

#[test]
fn a_store_that_is_not_there_is_not_made() {
    let folder = Folder::new();
    for command in ["list", "verify", "gc"] {
        let (code, out, err) = folder.kept(&["store", command]);
        assert_eq!((code, &*out), (1, ""));
        assert_eq!(err, format!("error: there is no store in `{}`\n", folder.path()));
    }
    assert!(!folder.0.path().join("store").exists());
    fs::write(folder.0.path().join("notes.txt"), "").unwrap();
    let (code, _, err) = kept(&["run", "1", "--store", &folder.0.path().display().to_string()]);
    assert!(code == 1 && err.contains("it has other files (`notes.txt`)"), "{err}");
}

#[test]
fn units_are_understood() {
    for (arguments, told) in [
        (["--older", "30"], "`30` has no unit"),
        (["--older", "30 days"], "did you mean `d`?"),
        (["--larger", "10g"], "did you mean `G`?"),
    ] {
        let command = About::table(Kept::TABLE).command::<KeptInputs>();
        let all = [&["kept", "store", "gc"][..], &arguments].concat();
        let error = command.try_get_matches_from(all).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn graphs_without_keep_have_no_such_options() {
    for (arguments, what) in [
        (&["run", "1", "--store", "x"][..], "--store"),
        (&["run", "1", "--dry"], "--dry"),
        (&["why", "mean", "1"], "why"),
        (&["store", "list"], "store"),
    ] {
        let (code, out, err) = program(arguments);
        assert_eq!((code, &*out), (2, ""));
        let told = format!("`{what}` is for graphs with `keep`, and no line of graph `Stats` has it");
        assert_eq!(err, format!("error: {told}\n"));
    }
    let help = |command: &str| {
        let mut all = About::table(Stats::TABLE).command::<Inputs>();
        all.build();
        match command {
            "" => all.render_long_help().to_string(),
            command => all.find_subcommand_mut(command).unwrap().render_long_help().to_string(),
        }
    };
    assert!(!help("").contains("store") && !help("run").contains("store"));
    let mut all = About::table(Kept::TABLE).command::<KeptInputs>();
    all.build();
    assert!(all.render_long_help().to_string().contains("Lists, checks and cleans the store"));
    let run = all.find_subcommand_mut("run").unwrap().render_long_help().to_string();
    assert!(run.starts_with("Runs the graph; ") && run.contains("\nStore:\n      --store <DIR>"), "{run}");
}
