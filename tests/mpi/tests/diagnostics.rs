//! Graphs that cannot run on MPI do not compile there.

#[test]
fn what_cannot_cross() {
    trybuild::TestCases::new().compile_fail("tests/fail/*.rs");
}
