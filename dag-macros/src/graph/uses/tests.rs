use super::*;
use std::str::FromStr;

/// Replaces `a`, `b` and the function `f` where they are uses, and lists the modes.
#[derive(Default)]
struct Known {
    modes: Vec<Mode>,
    families: bool,
    blocks: Vec<bool>,
}

impl Names for Known {
    fn is_known(&self, name: &str, called: bool) -> bool {
        ["a", "b"].contains(&name) || (name == "f" && !called)
    }

    fn replace(&mut self, name: &Ident, mode: Mode) -> TokenStream {
        self.modes.push(mode);
        let name = Ident::new(&names::text(name).to_uppercase(), name.span());
        quote::quote!(#name)
    }

    fn is_family(&self, name: &str) -> bool {
        name == "b" && self.families
    }

    fn member(&mut self, name: &Ident, brackets: &Group, mode: Mode, _: &[String]) -> TokenStream {
        let (name, index) = (self.replace(name, mode), brackets.stream());
        quote::quote!(#name(#index))
    }

    fn condition(&mut self, condition: &[TokenTree], _: &[String]) -> Option<TokenStream> {
        is_word(condition.first(), "CONST").then(|| condition.iter().cloned().collect())
    }

    fn enter(&mut self, _: &[TokenTree], holds: bool) {
        self.blocks.push(holds);
    }

    fn leave(&mut self) {
        self.blocks.push(false);
    }
}

#[track_caller]
fn check(source: &str, expected: &str, modes: &[Mode]) {
    let mut known = Known::default();
    let replaced = replace(TokenStream::from_str(source).unwrap(), &mut known);
    assert_eq!(replaced.to_string(), TokenStream::from_str(expected).unwrap().to_string());
    assert_eq!(known.modes, modes);
}

#[test]
fn captures_of_format_strings_are_uses() {
    use Mode::{Borrow, Value};
    check(r#"format!("{a}")"#, r#"format!("{a}", a = A)"#, &[Borrow]);
    check(
        r#"vec![format!("{a}{b}{c}", c,)]"#,
        r#"vec![format!("{a}{b}{c}", c, a = A, b = B)]"#,
        &[Borrow, Borrow],
    );
    check(r#"format!("{a}", a = a)"#, r#"format!("{a}", a = A)"#, &[Value]);
    check(r#"|a| format!("{a}")"#, r#"|a| format!("{a}")"#, &[]);
    check(r#"select!("{a}")"#, r#"select!("{a}")"#, &[]);
}

#[test]
fn uses_are_found_anywhere() {
    use Mode::{Borrow, Place, Value, ValueMut};
    check("&a", "&A", &[Borrow]);
    check("(&a, Some(b))", "(&A, Some(B))", &[Borrow, Value]);
    check("c && a", "c && A", &[Value]);
    check("&&a", "&&A", &[Borrow]);
    check("a + b", "A + B", &[Value, Value]);
    check("0..a", "0..A", &[Value]);
    check("a.len()", "A.len()", &[Place]);
    check("a(b)", "(A)(B)", &[Value, Value]);
    check("&a(b)", "&(A)(B)", &[Borrow, Value]);
    check("&a[1..b]", "&A[1..B]", &[Borrow, Value]);
    check("f(&mut a)", "f(&mut A)", &[ValueMut]);
    check("vec![a, f]", "vec![A, F]", &[Value, Value]);
    check("a != b", "A != B", &[Value, Value]);
}

#[test]
fn brackets_behind_a_family_are_its() {
    let mut known = Known { families: true, ..Known::default() };
    let source = "f(&b[t - 1, x], b[1].y, Some(&mut b[2]))";
    let replaced = replace(TokenStream::from_str(source).unwrap(), &mut known);
    assert_eq!(replaced.to_string(), "f (& B (t - 1 , x) , B (1) . y , Some (& mut B (2)))");
    assert_eq!(known.modes, [Mode::Borrow, Mode::Place, Mode::ValueMut]);
}

#[test]
fn conditions_that_are_constant_are_told() {
    let mut known = Known::default();
    let source = "g(if CONST > 1 { &a } else if a { b } else if CONST { 1 } else { 2 }, a)";
    let replaced = replace(TokenStream::from_str(source).unwrap(), &mut known);
    let expected = "g(if CONST > 1 { &A } else if A { B } else if CONST { 1 } else { 2 }, A)";
    assert_eq!(replaced.to_string(), TokenStream::from_str(expected).unwrap().to_string());
    assert_eq!(known.modes, [Mode::Borrow, Mode::Value, Mode::Value, Mode::Value]);
    assert_eq!(known.blocks, [true, false, false, true, false, false, false, false]);
}

#[test]
fn other_things_of_the_name_are_left_alone() {
    check("x.a", "x.a", &[]);
    check("m::a", "m::a", &[]);
    check("a::m", "a::m", &[]);
    check("a!(1)", "a!(1)", &[]);
    check("x as a", "x as a", &[]);
    check("'a: loop {}", "'a: loop {}", &[]);
    check("f(1)", "f(1)", &[]);
    check("a { x: 1 }", "a { x: 1 }", &[]);
}

#[test]
fn fields_are_told_from_values() {
    check("Pair { a: b, c: a }", "Pair { a: B, c: A }", &[Mode::Value, Mode::Value]);
    check("Pair { a, b: 1 }", "Pair { a: A, b: 1 }", &[Mode::Value]);
    check("if a { b } else { 1 }", "if A { B } else { 1 }", &[Mode::Value, Mode::Value]);
}

#[test]
fn bound_names_hide_tasks() {
    check("xs.map(|a| a + b)", "xs.map(|a| a + B)", &[Mode::Value]);
    check("{ let a = b; a }", "{ let a = B; a }", &[Mode::Value]);
    check(
        "match b { Some(a) => { a } None => a }",
        "match B { Some(a) => { a } None => A }",
        &[Mode::Value; 2],
    );
    check(
        "match b { Some(a) if a > 1 => a, _ => b }",
        "match B { Some(a) if a > 1 => a, _ => B }",
        &[Mode::Value; 2],
    );
    check("{ for a in b { a } }", "{ for a in B { a } }", &[Mode::Value]);
    check("(|a| a, a)", "(|a| a, A)", &[Mode::Value]);
    check("{ let f = |a| a; f(a) }", "{ let f = |a| a; f(A) }", &[Mode::Value]);
}

#[test]
fn names_are_bound_behind_what_binds_them() {
    let value = &[Mode::Value];
    check("{ let a = a + 1; a }", "{ let a = A + 1; a }", value);
    check("{ let a: u8 = 1; let b = a; b }", "{ let a: u8 = 1; let b = a; b }", &[]);
    check("{ let a; a = 1; a }", "{ let a; a = 1; a }", &[]);
    check("{ let Some(a) = x else { return a }; a }", "{ let Some(a) = x else { return A }; a }", value);
    check("{ { let a = 1; a } + a }", "{ { let a = 1; a } + A }", value);
    check("{ for a in a.iter() { a } a }", "{ for a in A.iter() { a } A }", &[Mode::Place, Mode::Value]);
    check("{ for a in 0.. { a } }", "{ for a in 0.. { a } }", &[]);
}

#[test]
fn conditions_bind_names_in_their_block() {
    use Mode::{Place, Value};
    check("if let Some(a) = a { a } else { a }", "if let Some(a) = A { a } else { A }", &[Value; 2]);
    check("if let 1..=3 = a { a } else { 0 }", "if let 1..=3 = A { A } else { 0 }", &[Value; 2]);
    check("while let Some(a) = a.next() { a }", "while let Some(a) = A.next() { a }", &[Place]);
    check(
        "if let Some(a) = x && a > 1 && let Some(b) = a.y && b { (a, b) } else { b }",
        "if let Some(a) = x && a > 1 && let Some(b) = a.y && b { (a, b) } else { B }",
        &[Value],
    );
    check(
        "if let Some(a) = match b { a => a } { a } else { a }",
        "if let Some(a) = match B { a => a } { a } else { A }",
        &[Value; 2],
    );
    check(
        "{ let x = if let Some(a) = b { a } else { a }; x + a }",
        "{ let x = if let Some(a) = B { a } else { A }; x + A }",
        &[Value; 3],
    );
}
