//! Edges that only order.

use std::sync::Mutex;

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

type Log = Mutex<Vec<&'static str>>;

#[task]
fn open(log: &Log) {
    log.lock().unwrap().push("open");
}

#[task(depends = [open])]
fn write(log: &Log) {
    log.lock().unwrap().push("write");
}

#[task]
fn say(what: &'static str, log: &Log) -> Vec<&'static str> {
    log.lock().unwrap().push(what);
    log.lock().unwrap().clone()
}

dag! {
    graph Order<'a>(log: &'a Log) -> closed {
        closed = say("close", log) after [flushed, write],
        flushed = say("flush", log) after [write, write],
        write(log) after [checked],
        checked = say("check", log) after [open],
        open(log),
        elsewhere = say("elsewhere", log) after [],
    }
}

#[test]
fn by_attributes_and_lines() {
    Everywhere::new().each(|executor| {
        let log: &'static Log = Box::leak(Box::default());
        let mut order = Order { log }.run(executor).unwrap();
        order.retain(|what| *what != "elsewhere");
        assert_eq!(order, ["open", "check", "write", "flush", "close"]);
        assert_eq!(log.lock().unwrap().len(), 6, "all that is listed runs");
    });
}
