//! The graph of pyScheduler's README: nine tasks that only have to come in order.
//!
//! What you learn: a graph of instances of one function, order-only edges (`after`), and the order
//! in which the executors take the tasks.
//!
//! ```text
//! cargo run --example readme
//! ```
//!
//! prints
//!
//! ```text
//! serial: 4 2 5 6 3 1 7 9 8
//! rayon:  9 7 6 8 5 4 3 2 1
//! ```
//!
//! where the second line is another one each time: any order in which a task follows all that it
//! depends on.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use dag_examples::order;
use dag_runtime::{Error, Rayon, Recorder, Serial, dag, task};

/// Gives its number.
#[task]
fn step(this: u32) -> u32 {
    this
}

dag! {
    /// The graph of pyScheduler's README.
    graph Readme {
        t1 = step(1) after [t2, t3],
        t2 = step(2) after [t4],
        t3 = step(3) after [t5, t6],
        t4 = step(4),
        t5 = step(5),
        t6 = step(6),
        t7 = step(7),
        t8 = step(8) after [t9],
        t9 = step(9),
    }
}

fn main() -> Result<(), Error> {
    println!("serial: {}", numbers(&on_serial()?));
    let order = on_rayon()?;
    println!("rayon:  {}", numbers(&order));
    assert!(is_topological(&order), "a task ran before one that it depends on");
    Ok(())
}

/// The tasks in the order in which `Serial` runs them.
fn on_serial() -> Result<Vec<String>, Error> {
    let recorder = Recorder::new();
    Readme.run(&Serial.observe(&recorder))?;
    Ok(order(&recorder))
}

/// The tasks in an order in which `Rayon` starts them.
fn on_rayon() -> Result<Vec<String>, Error> {
    let recorder = Recorder::new();
    Readme.run(&Rayon::new().observe(&recorder))?;
    Ok(order(&recorder))
}

/// Whether all tasks are there, once, each behind what it depends on.
fn is_topological(order: &[String]) -> bool {
    let position = |name: &str| order.iter().position(|other| other == name);
    let in_place = |task: dag_runtime::TaskRef<'_>| {
        let own = position(&task.name().to_string());
        own.is_some() && task.dependencies().all(|before| position(&before.name().to_string()) < own)
    };
    order.len() == Readme::TABLE.len() && Readme::TABLE.tasks().all(in_place)
}

fn numbers(order: &[String]) -> String {
    let numbers: Vec<&str> = order.iter().map(|name| name.trim_start_matches('t')).collect();
    numbers.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_is_depth_first_in_listing_order() {
        assert_eq!(numbers(&on_serial().unwrap()), "4 2 5 6 3 1 7 9 8");
    }

    #[test]
    fn the_table_knows_the_serial_order() {
        let order: Vec<String> = Readme::TABLE.order().map(|task| task.name().to_string()).collect();
        assert_eq!(order, on_serial().unwrap());
    }

    #[test]
    fn rayon_keeps_a_topological_order() {
        for _ in 0..100 {
            let order = on_rayon().unwrap();
            assert!(is_topological(&order), "{order:?}");
        }
    }

    #[test]
    fn an_order_is_told_from_a_disorder() {
        let mut order = on_serial().unwrap();
        assert!(is_topological(&order));
        order.swap(0, 1);
        assert!(!is_topological(&order), "2 before 4");
        order.swap(0, 1);
        order.pop();
        assert!(!is_topological(&order), "one is missing");
    }
}
