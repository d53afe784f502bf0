//! What happens when a task fails: by an `Err`, by a panic, with and without `keep_going`.
//!
//! What you learn: what an `Error` says, which tasks are skipped, and that the next run is as good
//! as new. The panic's own message on stderr is from Rust's panic hook.
//!
//! ```text
//! cargo run --example failures
//! ```
//!
//! prints
//!
//! ```text
//! all is well
//!   income 48.00, left 12
//!
//! an error
//!   task `prices` of graph `Shop` failed: invalid float literal
//!   at fault: `prices`, by its own error of a known type
//!   skipped:  stock, left, income, summary
//!
//! an error, keep_going
//!   task `prices` of graph `Shop` failed: invalid float literal
//!   at fault: `prices`, by its own error of a known type
//!   skipped:  income, summary
//!
//! a panic
//!   task `income` of graph `Shop` panicked: 3 prices for 2 sales
//!   at fault: `income`, by a panic
//!   skipped:  summary
//!
//! all is well again
//!   income 48.00, left 12
//! ```

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::num::{ParseFloatError, ParseIntError};

use dag_runtime::{Error, Serial, dag, task};

/// The numbers in a text.
#[task]
fn prices(prices: &str) -> Result<Vec<f64>, ParseFloatError> {
    prices.split_whitespace().map(str::parse).collect()
}

/// How many were sold of each thing.
#[task]
fn sales(sales: &str) -> Result<Vec<u32>, ParseIntError> {
    sales.split_whitespace().map(str::parse).collect()
}

/// How many there were of all things.
#[task]
fn stock(stock: u32) -> u32 {
    stock
}

/// How many are left.
#[task(depends = [stock, sales])]
fn left(stock: u32, sales: &[u32]) -> u32 {
    stock - sales.iter().sum::<u32>()
}

/// What the sales brought.
#[task(depends = [prices, sales])]
fn income(prices: &[f64], sales: &[u32]) -> f64 {
    assert!(prices.len() == sales.len(), "{} prices for {} sales", prices.len(), sales.len());
    prices.iter().zip(sales).map(|(price, &count)| price * f64::from(count)).sum()
}

/// One line for the owner.
#[task(depends = [income, left])]
fn summary(income: f64, left: u32) -> String {
    format!("income {income:.2}, left {left}")
}

dag! {
    /// A day of a shop.
    graph Shop<'a>(price_list: &'a str, sold: &'a str) -> summary {
        sales(sold),
        prices(price_list),
        stock(20),
        left,
        income,
        summary,
    }
}

const PRICES: &str = "9.50 4.00 2.00";
const SOLD: &str = "4 1 3";

fn main() {
    let serial = Serial;
    let keep_going = Serial.keep_going();
    show("all is well", Shop { price_list: PRICES, sold: SOLD }.run(&serial));
    show("an error", Shop { price_list: "9.50 4.oo 2.00", sold: SOLD }.run(&serial));
    show("an error, keep_going", Shop { price_list: "9.50 4.oo 2.00", sold: SOLD }.run(&keep_going));
    show("a panic", Shop { price_list: PRICES, sold: "4 1" }.run(&serial));
    show("all is well again", Shop { price_list: PRICES, sold: SOLD }.run(&serial));
}

fn show(what: &str, outcome: Result<String, Error>) {
    let lines = outcome.map_or_else(|error| describe(&error), |summary| vec![summary]);
    println!("{what}\n  {}\n", lines.join("\n  "));
}

/// All that an error says of a run.
fn describe(error: &Error) -> Vec<String> {
    let source = std::error::Error::source(error);
    let cause = if error.is_panic() {
        "a panic"
    } else if source.is_some_and(|source| source.is::<ParseFloatError>()) {
        "its own error of a known type"
    } else {
        "some other error"
    };
    vec![
        error.to_string(),
        format!("at fault: `{}`, by {cause}", error.task().unwrap_or("no task")),
        format!("skipped:  {}", error.skipped().collect::<Vec<_>>().join(", ")),
    ]
}

#[cfg(test)]
mod tests {
    use dag_runtime::Rayon;

    use super::*;

    const UNREADABLE: Shop<'static> = Shop { price_list: "9.50 4.oo 2.00", sold: SOLD };
    const UNEVEN: Shop<'static> = Shop { price_list: PRICES, sold: "4 1" };

    #[test]
    fn an_error_stops_what_has_not_started() {
        let error = UNREADABLE.run(&Serial).unwrap_err();
        assert_eq!(
            describe(&error),
            [
                "task `prices` of graph `Shop` failed: invalid float literal",
                "at fault: `prices`, by its own error of a known type",
                "skipped:  stock, left, income, summary",
            ]
        );
    }

    #[test]
    fn keep_going_runs_all_that_can_on_both_executors() {
        let expected = [
            "task `prices` of graph `Shop` failed: invalid float literal",
            "at fault: `prices`, by its own error of a known type",
            "skipped:  income, summary",
        ];
        assert_eq!(describe(&UNREADABLE.run(&Serial.keep_going()).unwrap_err()), expected);
        assert_eq!(describe(&UNREADABLE.run(&Rayon::new().keep_going()).unwrap_err()), expected);
    }

    #[test]
    fn a_panic_is_an_error_too() {
        let expected = [
            "task `income` of graph `Shop` panicked: 3 prices for 2 sales",
            "at fault: `income`, by a panic",
            "skipped:  summary",
        ];
        assert_eq!(describe(&UNEVEN.run(&Serial).unwrap_err()), expected);
        assert_eq!(describe(&UNEVEN.run(&Rayon::new().keep_going()).unwrap_err()), expected);
    }

    #[test]
    fn the_next_run_is_as_good_as_new() {
        let rayon = Rayon::new();
        UNEVEN.run(&rayon).unwrap_err();
        let summary = Shop { price_list: PRICES, sold: SOLD }.run(&rayon).unwrap();
        assert_eq!(summary, "income 48.00, left 12");
    }
}
