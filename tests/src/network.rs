//! A graph with edges of every kind, in which any task can be told to fail.

use std::fmt;
use std::sync::Arc;

use dag_runtime::{dag, task};

use crate::ledger::{Ledger, Token};

/// How a task fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It returns an [`Injected`].
    Error,
    /// It panics.
    Panic,
}

/// What the tasks of a run do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Where the outputs are written down.
    pub ledger: Arc<Ledger>,
    /// Which tasks fail.
    pub failing: Vec<(String, How)>,
}

/// The error of a task that was told to fail.
#[derive(Debug, PartialEq, Eq)]
pub struct Injected(pub &'static str);

impl fmt::Display for Injected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` was told to fail", self.0)
    }
}

impl std::error::Error for Injected {}

impl Plan {
    /// The task `name` fails, the others do not.
    pub fn failing(name: impl Into<String>, how: How) -> Self {
        Plan { failing: vec![(name.into(), how)], ..Plan::default() }
    }

    /// Fails, or gives the token of the task `name`.
    ///
    /// # Errors
    ///
    /// Fails where the plan says so.
    pub fn work(&self, name: &'static str) -> Result {
        match self.failing.iter().find(|(task, _)| task == name) {
            None => Ok(self.ledger.token(name)),
            Some((_, How::Error)) => Err(Injected(name)),
            // A panic that prints nothing.
            Some((_, How::Panic)) => std::panic::resume_unwind(Box::new(Injected(name).to_string())),
        }
    }
}

/// What every task gives.
type Result<T = Token> = std::result::Result<T, Injected>;

#[task]
fn source(plan: &Plan) -> Result {
    plan.work("source")
}

#[task(depends = [source])]
fn reader(source: &Token, plan: &Plan) -> Result {
    source.check();
    plan.work("reader")
}

#[task(depends = [source, reader], cost = 7)]
fn joiner(source: &Token, reader: &Token, plan: &Plan) -> Result {
    source.check();
    reader.check();
    plan.work("joiner")
}

/// Takes an output away, and another one that is only upstream.
#[task(depends = [joiner])]
fn taker(joiner: Token, #[from(reader)] upstream: &Token, plan: &Plan) -> Result {
    joiner.check();
    upstream.check();
    plan.work("taker")
}

#[task(depends = [source])]
fn waiter(plan: &Plan) -> Result {
    plan.work("waiter")
}

#[task]
fn make(name: &'static str, plan: &Plan) -> Result {
    plan.work(name)
}

#[task]
fn borrow(name: &'static str, plan: &Plan, others: &[&Token]) -> Result {
    others.iter().for_each(|other| other.check());
    plan.work(name)
}

#[task]
fn consume(name: &'static str, plan: &Plan, others: Vec<Token>) -> Result {
    others.iter().for_each(|other| other.check());
    plan.work(name)
}

/// The names of the network's tasks, in the order of its list.
pub fn names() -> Vec<String> {
    Network::TABLE.tasks().map(|task| task.name().to_string()).collect()
}

dag! {
    /// Listed in no particular order.
    pub graph Network(
        /// What the tasks do.
        plan: Arc<Plan>
    ) -> (last, taker, unread_output) {
        last = borrow("last", &plan, &[&merged, &taker, &side]),
        joiner(&plan),
        unread = make("unread", &plan),
        merged = consume("merged", &plan, vec![left, right]),
        reader(&plan),
        side = borrow("side", &plan, &[&source]) after [waiter, unread],
        left = make("left", &plan),
        unread_output = make("unread_output", &plan) after [left],
        taker(&plan),
        right = consume("right", &plan, vec![passed]),
        source(&plan),
        passed = borrow("passed", &plan, &[&first, &source]) after [waiter],
        waiter(&plan),
        first = make("first", &plan),
    }
}
