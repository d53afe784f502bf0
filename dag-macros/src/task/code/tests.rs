//! What of a function counts, and what does not.

use super::*;

fn of(function: &str) -> Code {
    let tokens: Vec<TokenTree> = function.parse::<TokenStream>().unwrap().into_iter().collect();
    code(&tokens)
}

#[track_caller]
fn same(first: &str, second: &str) {
    assert_eq!(of(first).hash, of(second).hash, "{first}\n{second}");
}

#[track_caller]
fn other(first: &str, second: &str) {
    assert_ne!(of(first).hash, of(second).hash, "{first}\n{second}");
}

/// The values of a function with this body, each with its conditions.
fn values(body: &str) -> Vec<String> {
    let code = of(&format!("fn f() {{ {body} }}"));
    let text = |Value { conditions, expression }: &Value| {
        let conditions: Vec<String> = conditions.iter().map(ToString::to_string).collect();
        let expression = expression.to_string().replace(" :: ", "::").replace(":: ", "").replace(' ', "");
        if conditions.is_empty() { expression } else { format!("{}: {expression}", conditions.join(", ")) }
    };
    code.values.iter().map(text).collect()
}

#[test]
fn layout_and_comments_do_not_count() {
    same("fn f(a:u8,b:u8)->u8{a+b*-1}", "fn f(\n    a: u8,\n    b: u8,\n) -> u8 {\n    a + b * -1 // sum\n}");
    same("fn f() { g(a, b) }", "fn f() { /* first */ g(a, b,) }");
    same("fn f() { g(a) }", "fn f() { g(a,) }");
    same("fn f() { [a, b] }", "fn f() { [a, b,] }");
    same("fn f() { vec![a, b] }", "fn f() { vec![\n a,\n b,\n] }");
    same("fn f() { S { a, b } }", "fn f() { S { a, b, } }");
    same("fn f() { match a { A => { 1 } B => 2 } }", "fn f() { match a { A => { 1 }, B => 2, } }");
    same("fn f() { (a, b) }", "fn f() { (a, b,) }");
    same("fn f() { a - -b }", "fn f() { a - - b }");
    same("fn f() { a=-b }", "fn f() { a = -b }");
    same("fn f() { a&&!b }", "fn f() { a && !b }");
}

#[test]
fn documentation_lints_and_visibility_do_not_count() {
    same(
        "fn f() { let a = 1; a }",
        "/// A task.\n#[allow(unused)]\n#[inline(always)]\n#[must_use = \"x\"]\n#[deprecated]\npub fn f() {\n\
         #![allow(clippy::all)]\n/// One.\n#[expect(unused, reason = \"x\")] let a = 1; a }",
    );
    same("fn f() {}", "pub(crate) fn f() {}");
    same("fn f(a: u8) {}", "fn f(#[key(skip)] a: u8) {}");
}

#[test]
fn what_means_something_counts() {
    other("fn f() { a + b }", "fn f() { a - b }");
    other("fn f() { a + b }", "fn g() { a + b }");
    other("fn f(a: u8) {}", "fn f(a: u16) {}");
    other("fn f() { 1 }", "fn f() { 1.0 }");
    other("fn f() { 1 }", "fn f() { 1u8 }");
    other("fn f() { \"a b\" }", "fn f() { \"a  b\" }");
    other("fn f() { \"//a\" }", "fn f() { \"\" }");
    other("fn f() { 'a' }", "fn f() { 'b' }");
    other("fn f() { (a,) }", "fn f() { (a) }");
    other("fn f() { return (a,) }", "fn f() { return (a) }");
    other("fn f() -> (A,) { a }", "fn f() -> (A) { a }");
    other("fn f() { a & &b }", "fn f() { a && b }");
    other("fn f() { a..=b }", "fn f() { a.. =b }");
    other("fn f() { a < (b) }", "fn f() { a << (b) }");
    other("fn f() { {a} b }", "fn f() { {a b} }");
    other("fn f() { ab }", "fn f() { a b }");
    other("fn f() { r#type }", "fn f() { type }");
    other("fn f() { g!(a, b) }", "fn f() { g!(a, b,) }");
    other("fn f() { g!(/** x */ a) }", "fn f() { g!(a) }");
    other("fn f() { quote!(#[doc = \"a\"] b) }", "fn f() { quote!(b) }");
    other("#[instrument] fn f() {}", "fn f() {}");
    other("#[cached(3)] fn f() {}", "#[cached(4)] fn f() {}");
    other("fn f(#[from(a)] x: u8) {}", "fn f(#[from(b)] x: u8) {}");
    other("fn f() { x = 1; }", "fn f() { x = 1 }");
}

#[test]
fn conditions_count_by_their_values() {
    assert_eq!(values("#[cfg(unix)] a(); b()"), ["core::cfg!(unix)"]);
    assert_eq!(values("#[cfg_attr(windows, inline)] fn g() {}"), ["core::cfg!(windows)"]);
    assert_eq!(values("if cfg!(feature = \"x\") { 1 } else { 2 }"), ["core::cfg!(feature=\"x\")"]);
    assert_eq!(values("vec![core::cfg!(unix)]"), ["core::cfg!(unix)"]);
    assert_eq!(values("cfg_if! { if #[cfg(unix)] { a() } else { b() } }"), ["core::cfg!(unix)"]);
    assert!(values("my::cfg!(unix); cfg(unix); x != (a)").is_empty());
}

#[test]
fn the_environment_and_files_count_by_their_values() {
    assert_eq!(
        values("env!(\"A\", \"set A\"); option_env!(\"B\")"),
        ["core::option_env!(\"A\")", "core::option_env!(\"B\")"]
    );
    assert_eq!(values("std::include_str!(\"a.txt\")"), ["core::include_str!(\"a.txt\")"]);
    assert_eq!(
        values("f(include_bytes!(concat!(env!(\"OUT\"), \"/a\")))"),
        ["core::include_bytes!(concat!(env!(\"OUT\"),\"/a\"))", "core::option_env!(\"OUT\")"]
    );
    // A variable of a macro has no value here.
    assert!(values("macro_rules! m { ($a:literal) => { include_str!($a) } }").is_empty());
}

#[test]
fn what_is_not_compiled_is_not_evaluated() {
    let both = ["core::cfg!(a)", "a: core::include_str!(\"1\")", "core::include_str!(\"2\")"];
    for first in [
        "#[cfg(a)] let x = if y { include_str!(\"1\") } else { 0 };",
        "#[cfg(a)] { include_str!(\"1\") }",
        "#[cfg(a)] fn g() { include_str!(\"1\") }",
        "#[cfg(a)] const X: &str = { include_str!(\"1\") };",
        "#[cfg(a)] f(include_str!(\"1\"));",
    ] {
        assert_eq!(values(&format!("{first} include_str!(\"2\")")), both, "{first}");
    }
    let nested = "#[cfg(a)] { #[cfg(b)] include_str!(\"1\"); include_str!(\"2\") }";
    let expected = [
        "core::cfg!(a)",
        "a: core::cfg!(b)",
        "a, b: core::include_str!(\"1\")",
        "a: core::include_str!(\"2\")",
    ];
    assert_eq!(values(nested), expected);
    assert_eq!(values("match x { #[cfg(a)] A => include_str!(\"1\"), B => include_str!(\"2\") }"), both,);
}

#[test]
fn hashes_of_texts_that_are_nearly_equal_differ() {
    let mut hashes: Vec<u128> = (0..20_000).map(|n| of(&format!("fn f() {{ {n} }}")).hash).collect();
    hashes.extend((1..200).map(|length| of(&format!("fn f() {{ {} }}", "a".repeat(length))).hash));
    let count = hashes.len();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), count);
    // Each half of the bits tells them apart, too.
    let mut low: Vec<u64> = hashes.iter().map(|&hash| hash as u64).collect();
    let mut high: Vec<u64> = hashes.iter().map(|hash| (hash >> 64) as u64).collect();
    low.sort_unstable();
    low.dedup();
    high.sort_unstable();
    high.dedup();
    assert_eq!([low.len(), high.len()], [count; 2]);
}
