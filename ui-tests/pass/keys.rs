//! Types that derive `Key`, and keys of tasks.

#![deny(warnings)]

use std::cell::Cell;
use std::marker::PhantomData;

use dag_runtime::{Key, Serial, dag, task};

#[derive(Key)]
pub enum Never {}

#[derive(Key)]
pub struct Unit;

#[derive(Key)]
pub struct Pair<T, const N: usize>(pub T, pub [u8; N])
where
    T: Copy;

#[derive(Key)]
pub enum Tree<T> {
    Leaf,
    Node { left: Box<Tree<T>>, #[key(skip)] visits: Cell<u8>, r#type: T },
}

/// Neither the iterator nor what is skipped has to be a `Key`.
#[derive(Key)]
pub struct Items<'a, I: Iterator, S>(pub &'a [I::Item], pub PhantomData<I>, #[key(skip)] pub S);

mod options {
    mod runtime {
        pub use dag_runtime as dag;
    }

    #[derive(dag_runtime::Key)]
    #[key(crate = runtime::dag)]
    pub struct Options {
        pub degree: u64,
        #[deprecated]
        pub old: u8,
    }
}

fn is_key<K: Key>() {}

const SCALE: u64 = 3;

static TABLE: [f64; 2] = [1.0, 2.0];

mod helpers {
    use dag_runtime::task;

    /// It and `odd` use each other.
    #[task(uses = [odd])]
    pub fn even(n: u64) -> bool {
        n == 0 || odd(n - 1)
    }

    #[task(uses = [even])]
    pub fn odd(n: u64) -> bool {
        n > 0 && even(n - 1)
    }
}

pub struct Client;

#[task(uses = [SCALE, TABLE, helpers::even], catch)]
fn load(options: &options::Options, #[key(skip)] client: &Client, pair: Pair<u8, 2>) -> Result<u64, String> {
    let Client = client;
    #[cfg(windows)]
    let text = include_str!("no_such_file");
    #[cfg(not(windows))]
    let text = std::include_str!("keys.rs");
    if cfg!(unix) && helpers::even(options.degree) && text.starts_with("//") {
        Ok(options.degree * SCALE + TABLE.len() as u64 + u64::from(pair.0))
    } else {
        Err(option_env!("NO_SUCH_VARIABLE").unwrap_or("odd").to_owned())
    }
}

#[task(volatile)]
fn now() -> Result<Vec<u64>, String> {
    Ok(vec![7])
}

#[task(depends = [now], each = now, version = 2 + 1)]
fn next(now: &u64) -> u64 {
    now + 1
}

dag! {
    pub graph Keys(options: options::Options) -> (load, next) {
        load(&options, &Client, Pair(1, [2, 3])) keep,
        now,
        next keep,
    }
}

fn main() {
    is_key::<Never>();
    is_key::<Unit>();
    is_key::<Pair<u8, 3>>();
    is_key::<Tree<String>>();
    is_key::<Items<'_, std::vec::IntoIter<u8>, Client>>();
    #[allow(deprecated)]
    let options = options::Options { degree: 4, old: 0 };
    let (load, next) = Keys { options }.run(&Serial).unwrap();
    assert_eq!((load, next), (Ok(15), vec![8]));
}
