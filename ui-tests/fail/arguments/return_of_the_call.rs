//! An argument cannot return from the call of its task: nothing would be stored for the readers.

use dag_runtime::{Serial, dag, task};

macro_rules! stop_if {
    ($condition:expr) => {
        if $condition {
            return Ok(Default::default());
        }
    };
}

#[task]
fn name(name: String) -> String {
    name
}

dag! {
    graph Names(stop: bool) -> (first, second) {
        first = name({
            if stop {
                return Ok(());
            }
            "first".into()
        }),
        second = name({
            stop_if!(stop);
            "second".into()
        }),
    }
}

fn main() {
    let _ = Names { stop: true }.run(&Serial);
}
