//! Tasks that may not be wanted, where users deny what they can.

#![deny(warnings, unused, missing_docs, rust_2018_idioms, unused_qualifications, let_underscore_drop)]
#![deny(clippy::all, clippy::pedantic)]
#![forbid(unsafe_code)]

use dag_runtime::{Rayon, Serial, dag, task};

#[task]
fn load(n: u32) -> Vec<u32> {
    (0..n).collect()
}

#[task]
fn number(n: u32) -> u32 {
    n
}

#[task]
fn text(n: u32) -> String {
    n.to_string()
}

#[task]
fn count(text: &str) -> usize {
    text.len()
}

#[task]
fn add(x: &u32, n: u32) -> u32 {
    x + n
}

#[task(depends = [picture])]
fn look(picture: Option<&str>) -> usize {
    picture.map_or(0, str::len)
}

macro_rules! graphs {
    ($name:ident, $task:ident, $condition:expr, $pattern:pat, $of:expr, $argument:expr, $i:ident, $($rest:tt)*) => {
        dag! {
            graph $name(plot: bool, n: Option<u32>) -> (first, second, third, family) {
                first = $task(1) when $condition,
                second = $task(2) when $condition && plot || !$condition,
                third = $task($argument) when let $pattern = $of && $condition,
                family[$i in 0..3] = $task($i as u32) when $($rest)*,
            }
        }
    };
}

graphs!(Passed, number, plot || n.is_some(), Some(x), n, x + 1, i, let Some(n) = n && n > i as u32 on i);

dag! {
    /// Nodes that are not there, and lints about conditions.
    graph Cfg(plot: bool) -> (picture, look, loud) {
        #[cfg(any())]
        picture = text(1) when nobody_knows(this),
        #[cfg(all())]
        picture = text(100) when plot,
        look,
        #[cfg(any())]
        missing = count(x) when let Some(x) = &picture,
        loud = number(1) when plot,
        #[expect(unused_variables)]
        unused = number(1) when let Some(x) = loud,
        #[expect(irrefutable_let_patterns)]
        always = number(x) when let x = 3,
        #[allow(clippy::bool_comparison)]
        compared = number(1) when plot == true,
    }
    /// With generics.
    graph Generic<'a, T: AsRef<str> + Sync, const N: usize>(name: &'a T, r#in: bool) -> (length, many, list)
    where
        T: PartialEq<str>,
    {
        length = count(name.as_ref()) when *name != *"x" && r#in,
        many = number(N as u32) when N > 3,
        load(4),
        list = add(each &load, many) when let Some(many) = many && let [first, ..] = load[..] && first < many,
    }
}

fn main() {
    assert_eq!(Passed { plot: true, n: None }.run(&Serial).unwrap(), (Some(1), Some(2), None, vec![None; 3]));
    let of_two = (Some(1), None, Some(3), vec![Some(0), Some(1), None]);
    assert_eq!(Passed { plot: false, n: Some(2) }.run(&Rayon::new()).unwrap(), of_two);
    assert_eq!(Cfg { plot: true }.run(&Serial).unwrap(), (Some("100".to_owned()), 3, Some(1)));
    assert_eq!(Cfg { plot: false }.run(&Serial).unwrap(), (None, 0, None));
    let name = String::from("name");
    let generic = Generic::<_, 5> { name: &name, r#in: true }.run(&Serial).unwrap();
    assert_eq!(generic, (Some(4), Some(5), Some(vec![5, 6, 7, 8])));
    let generic = Generic::<_, 3> { name: &name, r#in: false }.run(&Serial).unwrap();
    assert_eq!(generic, (None, None, None));
}
