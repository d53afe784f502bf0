//! What the compiler says of wrong graphs, and what right graphs do.

use trybuild::TestCases;

/// Nothing but `cargo check` is needed to see an error: each of these is one at the right place,
/// with the right words, and alone.
#[test]
fn fail() {
    TestCases::new().compile_fail("fail/*/*.rs");
}

/// These compile, and check their results when they run.
#[test]
fn pass() {
    TestCases::new().pass("pass/*.rs");
}
