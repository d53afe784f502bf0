//! Attributes with mistakes.

use super::*;

/// The dependencies and errors of an attribute.
fn parsed(arguments: &str) -> (Vec<String>, Vec<String>, bool) {
    let mut diagnostics = Diagnostics::default();
    let attribute = parse(arguments.parse().unwrap(), &mut diagnostics);
    let depends = attribute.depends.iter().map(names::path_text).collect();
    (depends, diagnostics.messages(), attribute.is_unsure)
}

#[track_caller]
fn check(arguments: &str, depends: &[&str], error: &str, is_unsure: bool) {
    let (found, errors, unsure) = parsed(arguments);
    assert_eq!(found, depends);
    assert!(matches!(errors.as_slice(), [only] if only.starts_with(error)), "{errors:?}");
    assert_eq!(unsure, is_unsure);
}

#[test]
fn a_mistake_is_one_error_and_leaves_what_can_be_read() {
    check("depend = [a], cost = 2", &["a"], "unknown key `depend`", false);
    check("needs = [a]", &["a"], "unknown key `needs`", false);
    check("needs = 1, depends = [a]", &["a"], "unknown key `needs`", false);
    check("needs = a, depends = [b]", &["b"], "unknown key `needs`", true);
    check("depends [a, b]", &["a", "b"], "expected `=` behind `depends`", false);
    check("depends depends = [a]", &["a"], "`depends` stands here twice", false);
    check("= [a]", &["a"], "expected a key before the list", false);
    check("[a], cost = 1", &["a"], "expected a key before the list", false);
    check("depends = [a] cost = 2", &["a"], "expected `,` between the arguments", false);
    check("depends = [a], , cost = 2", &["a"], "expected a key before this comma", false);
    check("depends = [,a]", &["a"], "expected a task before this comma", false);
    check("depends = [a b, c]", &["c"], "expected `,` between tasks", true);
    check("depends = [a:b, c]", &["c"], "expected `::`", true);
    check("depends = [a::, c]", &["c"], "expected a name behind `::`", true);
    check("depends = , [a]", &["a"], "`depends` needs a value", true);
    check("depends [a] =, cost = 2", &["a"], "expected `=` behind `depends`", true);
    check("= depends [a], cost = 2", &[], "expected `depends = [task]`", true);
    check("depends = [a], each = , a cost = 20", &["a"], "`each` needs a value", true);
    check("depends = [a] cost, = 5", &["a"], "expected `,` between the arguments", true);
    check("depends = [a], cost = 1 1", &["a"], "expected `,` between the arguments", true);
}

#[test]
fn several_mistakes_are_several_errors() {
    let (depends, errors, _) = parsed("depend = [a, b::], cots = 3, depends = [c]");
    assert_eq!(depends, ["a"]);
    assert_eq!(errors.len(), 4, "{errors:?}");
}
