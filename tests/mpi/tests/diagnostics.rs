//! Graphs that can not run on MPI do not compile there.

#[test]
fn what_can_not_cross() {
    trybuild::TestCases::new().compile_fail("tests/fail/*.rs");
}
