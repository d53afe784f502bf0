//! Tasks that are not wanted, and failures that are caught.

use super::*;

#[task]
fn words(text: &str) -> Vec<String> {
    text.split(',').map(String::from).collect()
}

#[task(depends = [words], each = words, catch)]
fn parsed(words: &str) -> Result<f64, core::num::ParseFloatError> {
    words.parse()
}

#[task(depends = [parsed])]
fn total(parsed: &[Result<f64, core::num::ParseFloatError>]) -> f64 {
    parsed.iter().flatten().sum()
}

#[task(depends = [total])]
fn picture(total: f64) -> String {
    format!("a picture of {total}")
}

dag! {
    graph Sums<'a>(text: &'a str, plot: bool) -> (total, drawn) {
        words(text),
        parsed,
        total,
        drawn = picture when plot,
    }
}

#[derive(clap::Args)]
struct Inputs {
    text: String,
    #[arg(long)]
    plot: bool,
}

fn sums(arguments: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (vec![], vec![]);
    let run = |inputs: Inputs, executor: &CliExecutor| {
        let (total, drawn) = Sums { text: &inputs.text, plot: inputs.plot }.run(executor)?;
        Ok(format!("{total}{}", drawn.unwrap_or_default()))
    };
    let arguments = ["sums", "run"].iter().chain(arguments).map(OsString::from);
    let code = start(Sums::TABLE, run, arguments, &mut out, &mut err);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn caught_failures_are_told_and_are_no_failure_of_the_run() {
    for backend in ["serial", "rayon"] {
        let run = |text| sums(&[text, "--backend", backend, "--plot"]);
        let (first, text) = ("1a picture of 1\n".to_string(), "invalid float literal");
        assert_eq!(run("1"), (0, first.clone(), String::new()));
        let one = format!("caught: 1 failure, in parsed, element 0: {text}\n");
        assert_eq!(run("x,1"), (0, first.clone(), one));
        let three = format!("caught: 3 failures, the first in parsed, element 1: {text}\n");
        assert_eq!(run("1,x,y,z"), (0, first, three));
    }
}

#[test]
fn what_is_not_wanted_is_in_the_report_and_in_the_picture() {
    let (path, name) = file("unwanted.svg");
    let (trace, trace_name) = file("unwanted.json");
    let options = ["1,x,2,y", "--backend", "serial", "--report", "--picture", &name, "--trace", &trace_name];
    let (code, out, err) = sums(&options);
    assert_eq!((code, &*out), (0, "3\n"));
    let totals = "Sums on serial, 1 worker: 3 finished, 1 not wanted, 0 failed, 0 skipped, 2 caught\n";
    assert!(err.starts_with(totals), "{err}");
    assert!(err.lines().any(|line| line.starts_with("drawn ") && line.ends_with("  1 not wanted")), "{err}");
    let caught = "\ncaught\nparsed, 2 elements, the first is 1: invalid float literal\n";
    assert!(err.contains(caught) && !err.contains("caught: "), "{err}");
    assert_eq!(read(path).matches("stroke-dasharray").count(), 2);
    let trace = read(trace);
    assert!(trace.contains(r#""ph":"i","name":"drawn","cat":"not wanted""#), "{trace}");
}
