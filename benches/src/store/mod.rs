//! What a store costs: hits, writes, keys, large outputs, and graphs without `keep`.

mod programs;
mod runs;

use std::path::PathBuf;

use serde_json::json;

use crate::measure::median;
use crate::report::{Record, Table, number};
use crate::{Common, Result};
use programs::Cost;
use runs::{BYTES, Large, MEMBERS, OUTPUTS};

/// What of the benchmark is run.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    common: Common,
    /// Where the stores are, and what is written by hand [default: a temporary folder]
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Leaves out what programs are compiled for.
    #[arg(long)]
    runs_only: bool,
}

/// Seconds that each hit, each write and each key may take.
const HIT_BAR: f64 = 3e-6;
const WRITE_BAR: f64 = 5e-6;
const KEY_BAR: f64 = 1e-6;
/// The rate beside `std::fs` is at least this.
const RATE_BAR: f64 = 0.7;

pub(crate) fn run(options: &Options) -> Result {
    let mut record = Record::new("store", options.common.json.as_deref());
    let folder = match &options.folder {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let mut table = Table::new(["figure", "ours", "beside it", "compared", "bar", "kept"]);
    let mut row = |name: String, [ours, beside, compared, bar]: [String; 4], kept: bool| {
        table.row([name, ours, beside, compared, bar, if kept { "yes" } else { "no" }.into()]);
    };

    let seconds = runs::small(options.common.rounds, folder.path())?;
    let none = number(1e3 * seconds.none);
    for (name, run, bar) in [
        ("hits", seconds.hits, HIT_BAR),
        ("hits, in a store that is opened anew", seconds.opened, HIT_BAR),
        ("outputs that are written and synced", seconds.writes, WRITE_BAR),
    ] {
        let each = (run - seconds.none) / OUTPUTS as f64;
        row(
            format!("{OUTPUTS} {name}, of {BYTES} bytes"),
            [
                format!("{} ms a run", number(1e3 * run)),
                format!("{none} ms without a store"),
                format!("{} µs each", number(1e6 * each)),
                format!("{} µs", number(1e6 * bar)),
            ],
            each <= bar,
        );
        record.push(json!({ "figure": name, "seconds": run, "without": seconds.none }));
    }
    let each = seconds.keys / MEMBERS as f64;
    row(
        format!("keys of {MEMBERS} members, none of which is needed"),
        [
            format!("{} ms a run", number(1e3 * seconds.keys)),
            "-".into(),
            format!("{} µs each", number(1e6 * each)),
            format!("{} µs", number(1e6 * KEY_BAR)),
        ],
        each <= KEY_BAR,
    );
    record.push(json!({ "figure": "keys", "seconds": seconds.keys, "members": MEMBERS }));

    let mut all = Vec::new();
    for round in 0..options.common.rounds as u64 {
        // In turns, each first every second time.
        let ours = |_: ()| runs::large(round, folder.path());
        let hand = |_: ()| runs::by_hand(round, folder.path());
        all.push(if round % 2 == 0 {
            let ours = ours(())?;
            [ours, hand(())?]
        } else {
            let hand = hand(())?;
            [ours(())?, hand]
        });
    }
    type Of = fn(&Large) -> f64;
    let figures: [(&str, Of); 2] = [("written", |large| large.written), ("read", |large| large.read)];
    for (name, of) in figures {
        let [ours, hand] = [0, 1].map(|k| all.iter().map(|pair| of(&pair[k])).collect::<Vec<f64>>());
        let ratios: Vec<f64> = ours.iter().zip(&hand).map(|(ours, hand)| hand / ours).collect();
        let rate = median(&ratios);
        row(
            format!("256 MiB of `Vec<f64>`, {name}"),
            [
                format!("{} ms", number(1e3 * median(&ours))),
                format!("{} ms, `std::fs` and blake3", number(1e3 * median(&hand))),
                format!("{} x the rate", number(rate)),
                format!("{RATE_BAR} x"),
            ],
            rate >= RATE_BAR,
        );
        record.push(json!({ "figure": name, "seconds": ours, "by_hand": hand }));
    }

    if !options.runs_only {
        for Cost { name, unit, ours, beside, bar } in programs::costs(options.common.rounds)? {
            let ratio = ours / beside;
            row(
                name.to_owned(),
                [
                    format!("{} {unit}", number(ours)),
                    format!("{} {unit}", number(beside)),
                    format!("{ratio:.4} x"),
                    format!("{bar} x"),
                ],
                ratio <= bar,
            );
            record.push(json!({ "figure": name, "unit": unit, "ours": ours, "beside": beside }));
        }
    }
    println!("{table}");
    record.save()
}
