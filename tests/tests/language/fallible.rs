//! Tasks that return a `Result`.

use std::error::Error;
use std::fmt;
use std::io;

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

#[derive(Debug)]
struct Own(u32);

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "number {}", self.0)
    }
}

impl Error for Own {}

mod local {
    pub(super) type Result<T, E = super::Own> = std::result::Result<T, E>;
}

#[task]
fn own(fail: u32) -> Result<u32, Own> {
    if fail == 1 { Err(Own(1)) } else { Ok(1) }
}

#[task]
fn alias(fail: u32) -> local::Result<u32> {
    if fail == 2 { Err(Own(2)) } else { Ok(2) }
}

#[task]
fn of_io(fail: u32) -> io::Result<u32> {
    if fail == 3 { Err(io::Error::other("number 3")) } else { Ok(3) }
}

#[task]
fn string(fail: u32) -> Result<u32, String> {
    if fail == 4 { Err("number 4".to_owned()) } else { Ok(4) }
}

#[task]
fn text(fail: u32) -> Result<u32, &'static str> {
    if fail == 5 { Err("number 5") } else { Ok(5) }
}

#[task]
fn boxed(fail: u32) -> Result<u32, Box<dyn Error + Send + Sync>> {
    if fail == 6 { Err("number 6".into()) } else { Ok(6) }
}

#[task]
fn unit(fail: u32) -> Result<(), Own> {
    if fail == 7 { Err(Own(7)) } else { Ok(()) }
}

/// An output that is itself a `Result`, under another name: no failure.
type Outcome = Result<u32, String>;

#[task]
fn outcome(fail: u32) -> Outcome {
    if fail == 8 { Err("number 8".to_owned()) } else { Ok(8) }
}

#[task]
fn optional(fail: u32) -> Result<Option<Vec<u32>>, Own> {
    if fail == 9 { Err(Own(9)) } else { Ok(Some(vec![9])) }
}

#[task(depends = [own, alias, of_io, string, text, boxed, unit, outcome, optional])]
#[allow(clippy::too_many_arguments, reason = "all of them")]
fn all(
    own: u32,
    alias: &u32,
    of_io: u32,
    string: u32,
    text: u32,
    boxed: u32,
    unit: (),
    outcome: &Outcome,
    optional: Option<Vec<u32>>,
) -> (u32, Outcome) {
    let () = unit;
    (own + alias + of_io + string + text + boxed + optional.map_or(0, |list| list[0]), outcome.clone())
}

dag! {
    graph Fallible(fail: u32) -> all {
        all, own(fail), alias(fail), of_io(fail), string(fail), text(fail), boxed(fail), unit(fail),
        outcome(fail), optional(fail),
    }
}

#[test]
fn give_the_ok_value_to_their_dependents() {
    assert_eq!(Everywhere::new().agree(|executor| Fallible { fail: 0 }.run(executor).unwrap()), (30, Ok(8)));
    let failed = Everywhere::new().agree(|executor| Fallible { fail: 8 }.run(executor).unwrap());
    assert_eq!(failed, (30, Err("number 8".to_owned())));
}

#[test]
fn may_fail_with_anything_that_becomes_an_error() {
    for (fail, name) in ["own", "alias", "of_io", "string", "text", "boxed", "unit"].iter().enumerate() {
        let fail = fail as u32 + 1;
        Everywhere::new().each(|executor| {
            let error = Fallible { fail }.run(executor).unwrap_err();
            assert_eq!(error.to_string(), format!("task `{name}` of graph `Fallible` failed: number {fail}"));
            let own = error.source().unwrap().downcast_ref::<Own>();
            assert_eq!(own.map(|own| own.0), [1, 2, 7].contains(&fail).then_some(fail));
        });
    }
}
