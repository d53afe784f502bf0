//! Tasks and graphs that `macro_rules!` macros write.

use dag_runtime::{dag, task};
use dag_tests::Everywhere;

macro_rules! number {
    ($(#[$attribute:meta])* $visibility:vis $name:ident = $value:expr) => {
        $(#[$attribute])*
        #[task]
        $visibility fn $name() -> u32 {
            $value
        }
    };
}

number! {
    /// The first one.
    pub(crate) one = 1
}
number!(two = 1 + one());

macro_rules! binary {
    ($name:ident($a:path, $b:path) -> $output:ty { $($body:tt)* } $cost:expr) => {
        #[task(depends = [$a, $b], cost = $cost)]
        fn $name(#[from($a)] a: $output, #[from($b)] b: &$output) -> $output {
            let operation: fn($output, $output) -> $output = $($body)*;
            operation(a, *b)
        }
    };
}

binary!(sum(one, two) -> u32 { |a, b| a + b } 2 + 3);
binary!(product(sum, two) -> u32 { |a, b| a * b } 1);

macro_rules! function {
    ($name:ident($($parameter:ident: $type:ty),*) -> $output:ty = $body:expr) => {
        #[task]
        fn $name($($parameter: $type),*) -> $output {
            $body
        }
    };
}

function!(joined(a: &str, b: u32) -> String = format!("{a}{b}"));
function!(tried(text: &str) -> Result<u32, std::num::ParseIntError> = text.parse());

macro_rules! graph {
    ($visibility:vis $name:ident($($input:ident: $type:ty),*) -> $output:ident { $($line:tt)* }) => {
        dag! {
            $visibility graph $name($($input: $type),*) -> $output {
                one, two, sum, product,
                $($line)*
            }
        }
    };
}

graph! {
    pub(crate) Written(text: String, more: u32) -> last {
        first = joined(&text, more + product),
        number = tried(&text),
        last = joined(&first, number),
    }
}

#[test]
fn run() {
    let run = Everywhere::new()
        .agree(|executor| Written { text: "12".to_owned(), more: 100 }.run(executor).unwrap());
    assert_eq!(run, "1210612");
    assert_eq!(Written::TABLE.find("sum").unwrap().cost(), 5);
    assert_eq!(Written::TABLE.find("one").unwrap().description(), "The first one.");
}

/// Arguments that are fragments: expressions, types, paths, literals.
macro_rules! arguments {
    ($graph:ident, $expr:expr, $type:ty, $literal:literal, $path:path, $ident:ident, $block:block, $tt:tt, $task:path, $list:expr) => {
        dag! {
            graph $graph(n: u32) -> all {
                $ident = number_of($expr),
                b = number_of($literal),
                c = number_of($path(n)),
                d = number_of($block),
                e = number_of($tt),
                f = number_of(n as $type as u32),
                g = number_of($expr * 2),
                list = list_of($expr),
                h = $task(&$list),
                i = sum_of(&$list) after [h],
                all = $task(&[$ident, b, c, d, e, f, g, h, i]),
            }
        }
    };
}

function!(number_of(n: u32) -> u32 = n);
function!(list_of(n: u32) -> Vec<u32> = vec![n, n, n]);
function!(sum_of(all: &[u32]) -> u32 = all.iter().fold(0, |sum, x| sum * 10 + x));

const SIX: u32 = 6;

arguments!(
    Fragments,
    1 + 1,
    u8,
    3,
    std::convert::identity,
    a,
    {
        let x = 1;
        x + 4
    },
    SIX,
    sum_of,
    list
);

#[test]
fn take_fragments() {
    // `$expr * 2` is `(1 + 1) * 2`.
    assert_eq!(
        Everywhere::new().agree(|executor| Fragments { n: 4 }.run(executor).unwrap()),
        2_345_644 * 100 + 2220 + 222
    );
}
