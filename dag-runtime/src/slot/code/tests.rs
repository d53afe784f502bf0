//! What counts as the code of a task.

use alloc::vec::Vec;

use super::*;
use crate::{Key, task};

/// A module with tasks of the same tokens.
macro_rules! tasks {
    ($($module:ident: $scale:expr, $helper:literal;)*) => {$(
        mod $module {
            #![allow(dead_code)]
            use crate::task;

            const SCALE: u64 = $scale;

            #[task]
            pub(super) fn helper(n: u64) -> u64 {
                n + $helper
            }

            #[task(uses = [SCALE])]
            pub(super) fn scale(n: u64) -> u64 {
                n * SCALE
            }

            #[task(uses = [helper])]
            pub(super) fn help(n: u64) -> u64 {
                helper(n)
            }

            #[task(uses = [help])]
            pub(super) fn help_by_another(n: u64) -> u64 {
                help(n)
            }

            #[task]
            pub(super) fn plain(n: u64) -> u64 {
                helper(n) * SCALE
            }
        }
    )*};
}

tasks! {
    first: 2, 1;
    second: 2, 1;
    other_scale: 3, 1;
    other_helper: 2, 4;
}

#[test]
fn what_is_used_counts() {
    assert_ne!(code_of::<first::scale>(), code_of::<other_scale::scale>());
    assert_ne!(code_of::<first::help>(), code_of::<other_helper::help>());
    assert_ne!(code_of::<first::help_by_another>(), code_of::<other_helper::help_by_another>());
    assert_eq!(code_of::<first::scale>(), code_of::<second::scale>());
    // Two helpers of one name are two.
    assert_ne!(code_of::<first::help>(), code_of::<second::help>());
    // What is not in `uses` is not seen.
    assert_eq!(code_of::<first::plain>(), code_of::<other_scale::plain>());
}

mod in_circles {
    use crate::task;

    #[task(uses = [odd])]
    pub(super) fn even(n: u64) -> bool {
        n == 0 || odd(n - 1)
    }

    #[task(uses = [even])]
    pub(super) fn odd(n: u64) -> bool {
        n != 0 && even(n - 1)
    }
}

#[test]
fn functions_may_use_each_other() {
    assert!(in_circles::even(4));
    assert_ne!(code_of::<in_circles::even>(), code_of::<in_circles::odd>());
}

mod version {
    use crate::task;

    #[task(version = 3)]
    pub(super) fn first(n: u64) -> u64 {
        n
    }

    #[task(version = 3)]
    pub(super) fn changed(n: u64) -> u64 {
        n + 1
    }

    #[task(version = 4)]
    pub(super) fn next(n: u64) -> u64 {
        n
    }

    #[task(uses = [first])]
    pub(super) fn user(n: u64) -> u64 {
        first(n)
    }
}

#[test]
fn a_version_stands_in_place_of_the_code() {
    assert_eq!(code_of::<version::first>(), code_of::<version::changed>());
    assert_ne!(code_of::<version::first>(), code_of::<version::next>());
    assert!(version::first(1) + version::changed(1) + version::next(1) + version::user(1) > 0);
}

mod conditions {
    use crate::task;

    #[task]
    pub(super) fn holds(n: u64) -> u64 {
        if cfg!(not(dag_docs)) { n } else { 0 }
    }

    #[task]
    pub(super) fn files(n: u64) -> u64 {
        #[cfg(dag_docs)]
        let text = include_str!("no such file");
        #[cfg(not(dag_docs))]
        let text = include_str!("tests.rs");
        n + text.len() as u64 + option_env!("NO_SUCH_VARIABLE").map_or(0, |text| text.len() as u64)
    }
}

mod places {
    use crate::task;

    pub(super) const LINE: u32 = line!();
    #[task]
    pub(super) fn place(n: u64) -> u64 {
        n + u64::from(line!())
    }

    /// The same tokens elsewhere.
    pub(super) mod below {
        use crate::task;

        #[task]
        pub(in super::super) fn place(n: u64) -> u64 {
            n + u64::from(line!())
        }
    }
}

/// What a task writes of its conditions, its variables, its places and its files.
fn values<T: Task>() -> [u8; 16] {
    let mut code = CodeWriter::new();
    T::uses(&mut code);
    code.half()
}

/// What these values write.
macro_rules! written {
    ($($value:expr),*) => {{
        let mut code = CodeWriter::new();
        $(code.value(&$value);)*
        code.half()
    }};
}

#[test]
fn places_in_the_source_count_by_value() {
    assert_eq!(values::<places::place>(), written!(places::LINE + 3));
    assert_ne!(code_of::<places::place>(), code_of::<places::below::place>());
    assert_ne!(places::place(1), places::below::place(1));
}

#[test]
fn conditions_count_by_value() {
    assert!(conditions::holds(1) + conditions::files(1) > 1);
    assert_eq!(values::<conditions::holds>(), written![true]);
    let text = include_str!("tests.rs");
    assert_eq!(values::<conditions::files>(), written![false, true, text, None::<&str>]);
}

#[task(volatile)]
fn clock() -> Result<Vec<u64>, &'static str> {
    Ok([1, 2].into())
}

#[task(depends = [clock], each = clock, volatile, catch)]
fn ticks(clock: u64, #[key(skip)] first: u64, second: u64) -> Result<u64, u8> {
    Ok(clock + first + second)
}

#[test]
fn outputs_of_volatile_tasks_count_by_value() {
    fn written<K: Key + ?Sized>(write: impl Fn(&K, &mut KeyWriter), output: &K) -> [u8; 16] {
        let mut key = KeyWriter::new();
        write(output, &mut key);
        key.digest().half()
    }
    let (write, output) = (clock::VOLATILE.unwrap(), clock().unwrap());
    assert_eq!(written(write, &output), written(Key::key, &output));
    let (write, outputs) = (ticks::VOLATILE.unwrap(), [ticks(1, 2, 3), Err(7)].to_vec());
    assert_eq!(written(write, &outputs), written(Key::key, &outputs));
    assert_eq!([0, 1, 2].map(argument_of::<ticks>), [Some("first"), Some("second"), None]);
}
