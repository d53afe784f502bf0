use super::*;
use quote::quote;
use std::str::FromStr;

mod flat;

/// Replaces `a`, `b`, the function `f` and the path `m::f` where they are uses, and lists the modes.
#[derive(Default)]
struct Known {
    modes: Vec<Mode>,
    families: bool,
    blocks: Vec<bool>,
    conditions: Vec<TokenStream>,
    called: Vec<String>,
}

impl Names for Known {
    fn is_known(&self, name: &str, called: bool) -> bool {
        ["a", "b"].contains(&name) || (name == "f" && !called)
    }

    fn is_listed(&self, path: &Path) -> bool {
        names::path_text(path) == "m::f"
    }

    fn is_family(&self, name: &str) -> bool {
        name == "b" && self.families
    }

    fn has_conditions(&self) -> bool {
        true
    }

    fn replace(&mut self, path: &Path, mode: Mode) -> TokenStream {
        self.modes.push(mode);
        let name = names::last(path);
        let name = Ident::new(&names::text(name).to_uppercase(), name.span());
        quote!(#name)
    }

    fn member(&mut self, name: &Ident, brackets: &Group, mode: Mode, _: &Hidden) -> TokenStream {
        let (name, index) = (self.replace(&name.clone().into(), mode), brackets.stream());
        quote!(#name(#index))
    }

    fn condition(&mut self, condition: &TokenStream, hidden: &Hidden) -> bool {
        let is_decided = condition.to_string().starts_with("CONST") && !hidden.may_hide("CONST");
        if is_decided {
            self.conditions.push(condition.clone());
        }
        is_decided
    }

    fn enter(&mut self, holds: bool) {
        self.blocks.push(holds);
    }

    fn leave(&mut self) {
        self.blocks.push(false);
    }

    fn decided(&mut self) -> TokenStream {
        let condition = self.conditions.pop();
        quote!(DECIDED #condition)
    }

    fn calls(&mut self, path: &Path, arguments: &TokenStream) {
        if names::text(names::last(path)) == "f" {
            self.called.push(format!("{}({arguments})", names::path_text(path)));
        }
    }
}

fn tokens(source: &str) -> TokenStream {
    TokenStream::from_str(source).unwrap()
}

/// The tokens without the spaces between them, of which a parsed expression has others.
fn text(tokens: TokenStream) -> String {
    tokens.to_string().split_whitespace().collect()
}

#[track_caller]
fn check(source: &str, expected: &str, modes: &[Mode]) {
    let mut known = Known::default();
    let replaced = replace(tokens(source), &Hidden::default(), &mut known);
    assert_eq!(text(replaced), text(tokens(expected)));
    assert_eq!(known.modes, modes);
}

/// As [`check`], where all uses are by value.
#[track_caller]
fn check_values(source: &str, expected: &str) {
    let mut known = Known::default();
    let replaced = replace(tokens(source), &Hidden::default(), &mut known);
    assert_eq!(text(replaced), text(tokens(expected)));
    assert!(known.modes.iter().all(|mode| *mode == Mode::Value), "{:?}", known.modes);
}

#[test]
fn captures_of_format_strings_are_uses() {
    use Mode::{Borrow, Value};
    // Like a closure, what formats only borrows what it is given.
    check(r#"format!("{} {}", a, b + 1)"#, r#"format!("{} {}", A, B + 1)"#, &[Borrow, Value]);
    check(r#"assert_eq!(a, b, "{}", a)"#, r#"assert_eq!(A, B, "{}", A)"#, &[Borrow, Borrow, Borrow]);
    check(r#"assert!(a, "{}", a)"#, r#"assert!(A, "{}", A)"#, &[Value, Borrow]);
    check(r#"format!("{a}")"#, r#"format!("{a}", a = A)"#, &[Borrow]);
    check(
        r#"vec![format!("{a}{b}{c}", c,)]"#,
        r#"vec![format!("{a}{b}{c}", c, a = A, b = B)]"#,
        &[Borrow, Borrow],
    );
    check(r#"format!("{a}", a = a)"#, r#"format!("{a}", a = A)"#, &[Borrow]);
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
    check("w || a || b", "w || A || B", &[Value, Value]);
    check("w | a | b", "w | A | B", &[Value, Value]);
    check("a + b", "A + B", &[Value, Value]);
    check("0..a", "0..A", &[Value]);
    check("a.len()", "A.len()", &[Place]);
    check("a(b)", "(A)(B)", &[Value, Value]);
    check("&a(b)", "&(A)(B)", &[Value, Value]);
    check("&a[1..b]", "&A[1..B]", &[Place, Value]);
    check("f(&mut a)", "f(&mut A)", &[ValueMut]);
    check("vec![a, f]", "vec![A, F]", &[Value, Value]);
    check("a != b", "A != B", &[Value, Value]);
}

#[test]
fn brackets_behind_a_family_are_its() {
    let mut known = Known { families: true, ..Known::default() };
    let source =
        "f(&b[t - 1, x - 1..=x], b[1].y, Some(&mut b[2]), (b[3,], b[..].len()), m![b[4, 5] + 1 => b[6, 7]])";
    let replaced = replace(tokens(source), &Hidden::default(), &mut known);
    let expected =
        "f(&B(t - 1, x - 1..=x), B(1).y, Some(&mut B(2)), (B(3,), B(..).len()), m![B(4, 5) + 1 => B(6, 7)])";
    assert_eq!(text(replaced), text(tokens(expected)));
    use Mode::{Borrow, Place, Value, ValueMut};
    assert_eq!(known.modes, [Borrow, Place, ValueMut, Value, Place, Value, Value]);
}

#[test]
fn brackets_behind_other_names_are_as_they_were() {
    let mut known = Known { families: true, ..Known::default() };
    let source = "g(c[1], { let b = 1; b[a] }, |b| b[4, 5], x.b[6, 7], b![8, a], m!(|b| b[a] b[a]))";
    let replaced = replace(tokens(source), &Hidden::default(), &mut known);
    let expected = "g(c[1], { let b = 1; b[A] }, |b| b[4, 5], x.b[6, 7], b![8, A], m!(|b| b[A] b[A]))";
    assert_eq!(text(replaced), text(tokens(expected)));
}

#[test]
fn conditions_that_are_constant_are_told() {
    let mut known = Known::default();
    let source = "g(if CONST > 1 { &a } else if a { b } else if CONST { 1 } else { 2 }, a)";
    let replaced = replace(tokens(source), &Hidden::default(), &mut known);
    let expected = "g(if DECIDED CONST > 1 { &A } else if A { B } else if DECIDED CONST { 1 } else { 2 }, A)";
    assert_eq!(text(replaced), text(tokens(expected)));
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
    check("'a: loop { break 'a b }", "'a: loop { break 'a B }", &[Mode::Value]);
    check("x::<a>(b) as [a; 1]", "x::<a>(B) as [a; 1]", &[Mode::Value]);
    check("<a as b>::f(a)", "<a as b>::f(A)", &[Mode::Value]);
    check("const { a }", "const { a }", &[]);
    check("stringify!(a)", "stringify!(a)", &[]);
    check("x.b(b)", "x.b(B)", &[Mode::Value]);
    check("f(1)", "f(1)", &[]);
    check("a { x: 1 }", "a { x: 1 }", &[]);
}

#[test]
fn fields_are_told_from_values() {
    check("Pair { a: b, c: a }", "Pair { a: B, c: A }", &[Mode::Value, Mode::Value]);
    check("Pair { a, b: 1 }", "Pair { a: A, b: 1 }", &[Mode::Value]);
    check("Pair { c, ..a }", "Pair { c, ..A }", &[Mode::Value]);
    check("unsafe { a }", "unsafe { A }", &[Mode::Value]);
    check("async move { a }", "async move { A }", &[Mode::Value]);
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

#[test]
fn a_use_before_a_dot_or_brackets_is_a_place() {
    use Mode::{Borrow, Place, PlaceMut, Target, TargetMut, Value, ValueMut};
    check("a.x.y", "A.x.y", &[Place]);
    check("(a).len()", "(A).len()", &[Place]);
    check("(&a).len()", "(&A).len()", &[Borrow]);
    check("{ a }.len()", "{ A }.len()", &[Value]);
    check("&a.x", "&A.x", &[Place]);
    check("&mut a[0]", "&mut A[0]", &[PlaceMut]);
    check("&mut a.x[b].y", "&mut A.x[B].y", &[PlaceMut, Value]);
    check("&mut a[0].x()", "&mut A[0].x()", &[Place]);
    check("&mut a.x::<T>()", "&mut A.x::<T>()", &[Place]);
    check("&mut (*a).x", "&mut (*A).x", &[PlaceMut]);
    check("(&mut a.x).y()", "(&mut A.x).y()", &[PlaceMut]);
    check("&mut *a", "&mut *A", &[TargetMut]);
    check("&mut **a", "&mut **A", &[TargetMut]);
    check("unknown!(=> &mut a.x, &mut a.y())", "unknown!(=> &mut A.x, &mut A.y())", &[PlaceMut, Place]);
    check("&(a)", "&(A)", &[Borrow]);
    check("&*a", "&*A", &[Place]);
    check("(*a).x", "(*A).x", &[Place]);
    check("*a", "*A", &[Target]);
    check("**a", "**A", &[Target]);
    check("a?", "A?", &[Value]);
    check("a == b", "A == B", &[Value, Value]);
    check("match a { _ => b }", "match A { _ => B }", &[Value, Value]);
    check("a[0] += b", "A[0] += B", &[Place, Value]);
    check("&raw const a", "&raw const A", &[Place]);
    check("f(&mut a, a..b)", "f(&mut A, A..B)", &[ValueMut, Value, Value]);
}

#[test]
fn paths_by_which_tasks_are_listed_are_uses() {
    use Mode::{Borrow, Place, Value};
    check("&m::f", "&F", &[Borrow]);
    check("m::f", "F", &[Value]);
    check("m::f.len() + g(m::f)", "F.len() + g(F)", &[Place, Value]);
    check("m::f(a)", "m::f(A)", &[Value]);
    check("m::g + n::f + m::f::<u8> + ::m::f", "m::g + n::f + m::f::<u8> + ::m::f", &[]);
    check("matches!(m::f, m::f if m::f)", "matches!(F, m::f if F)", &[Value, Value]);
    check("{ mod m {} m::f }", "{ mod m {} F }", &[Value]);
    check("{ use n as m; m::f }", "{ use n as m; m::f }", &[]);
    check("x!(k -> m::f)", "x!(k -> F)", &[Value]);
}

#[test]
fn patterns_bind_and_paths_and_types_do_not() {
    check_values("if let P { x: 1 } = a { b } else { 0 }", "if let P { x: 1 } = A { B } else { 0 }");
    check_values("{ let P { a: y } = b; a + y }", "{ let P { a: y } = B; A + y }");
    check_values("{ let P { a, .. } = b; a }", "{ let P { a, .. } = B; a }");
    check_values("match b { a::X => a, _ => 0 }", "match B { a::X => A, _ => 0 }");
    check_values(
        "match b { a(x) | a { x } => a + x, _ => a }",
        "match B { a(x) | a { x } => A + x, _ => A }",
    );
    check_values("{ let x: a = b; a }", "{ let x: a = B; A }");
    check_values("|x: a, (_, b): (a, b)| -> a { a + b }", "|x: a, (_, b): (a, b)| -> a { A + b }");
    check_values("(|| -> u32 { a })()", "(|| -> u32 { A })()");
    check_values(
        "match b { [a, .., x @ 1..=2] => a, &ref a => a, _ => a }",
        "match B { [a, .., x @ 1..=2] => a, &ref a => a, _ => A }",
    );
    check_values(
        "match b { x if let Some(a) = a => a, _ => a }",
        "match B { x if let Some(a) = A => a, _ => A }",
    );
    check_values(
        "{ let (a, b) = (b, a) else { return a }; a }",
        "{ let (a, b) = (B, A) else { return A }; a }",
    );
    check_values("while let Some(a) = b && a { b }", "while let Some(a) = B && a { B }");
}

#[test]
fn items_hide_values_in_all_of_their_block() {
    check_values("{ let x = a; const a: u8 = 1; x + b }", "{ let x = a; const a: u8 = 1; x + B }");
    check_values("{ fn a(b: u8) -> u8 { b + a } a(b) }", "{ fn a(b: u8) -> u8 { b + a } a(B) }");
    check_values("{ struct a; struct b { a: u8 } (a, b) }", "{ struct a; struct b { a: u8 } (a, B) }");
    check_values("{ use x::{a, y as b}; a + b } + b", "{ use x::{a, y as b}; a + b } + B");
    check_values(
        "{ type a = u8; mod b {} enum f { a } (a, b, f) }",
        "{ type a = u8; mod b {} enum f { a } (A, B, F) }",
    );
    check_values("{ use x::*; a }", "{ use x::*; A }");
}

#[test]
fn macros_are_given_expressions_statements_or_tokens() {
    check_values("vec![a; b]", "vec![A; B]");
    check_values("m!(a = a, b == b, r#type = a)", "m!(a = A, B == B, r#type = A)");
    check_values("m! { let a = b; a + b }", "m! { let a = B; a + B }");
    check_values("matches!(a, Some(a) if a > b)", "matches!(A, Some(a) if a > B)");
    check_values("assert!(matches!(a, b | x), b)", "assert!(matches!(A, b | x), B)");
    check_values("map! { a => b, x => |a| a }", "map! { A => B, x => |a| a }");
    check_values("json!({ \"a\": a, b: [b, x.a] })", "json!({ \"a\": A, b: [B, x.a] })");
    check_values("m!(if a => { let b = a; b } else b)", "m!(if A => { let b = A; b } else B)");
    check_values("m!(for x in a do { x + a; })", "m!(for x in A do { x + A; })");
    check_values("m!(@ a(b) f(b) !a)", "m!(@ (A)(B) f(B) !A)");
    check_values("m!(@ n!(a) cfg!(a) x::a a::x 'a a!())", "m!(@ n!(A) cfg!(a) x::a a::x 'a a!())");
}

#[test]
fn what_a_macro_passed_on_is_one_operand() {
    let fragment = |source: &str| TokenTree::Group(Group::new(proc_macro2::Delimiter::None, tokens(source)));
    let (sum, name, path) = (fragment("a + 1"), fragment("a"), fragment("m::f"));
    let check = |source: TokenStream, expected: &str| {
        // Groups without delimiters are not to be seen here.
        assert_eq!(text(replace(source, &Hidden::default(), &mut Known::default())), text(tokens(expected)));
    };
    check(quote!(#sum * 2), "(A + 1) * 2");
    check(quote!(2 * #sum), "2 * (A + 1)");
    check(quote!(&#sum), "&(A + 1)");
    check(quote!(#sum.pow(2)), "(A + 1).pow(2)");
    check(quote!(if #sum == 2 { #sum } else { 0 }), "if (A + 1) == 2 { A + 1 } else { 0 }");
    check(quote!(g(#sum, #name, &#name, #path)), "g(A + 1, A, &A, F)");
    check(quote!(#name.len() + #path.len()), "A.len() + F.len()");
    check(quote!(m!(#sum => #sum * 2)), "m!(A + 1 => (A + 1) * 2)");
    let brackets = Group::new(proc_macro2::Delimiter::Bracket, tokens("1, 2"));
    let family = fragment("b");
    let replaced = replace(
        quote!(&#family #brackets),
        &Hidden::default(),
        &mut Known { families: true, ..Known::default() },
    );
    assert_eq!(text(replaced), text(tokens("&B(1, 2)")));
}

#[test]
fn what_is_no_rust_is_walked_through() {
    check("a +", "A +", &[Mode::Value]);
    check("&a b", "&A B", &[Mode::Borrow, Mode::Value]);
    check("g(a, |a| a, b +)", "g(A, |a| a, B +)", &[Mode::Value; 2]);
}

#[test]
fn calls_of_functions_are_told() {
    let mut known = Known::default();
    replace(tokens("f(a, 1) + m::f() + x.f(b) + { fn f() {} f() } + (f)(1)"), &Hidden::default(), &mut known);
    assert_eq!(known.called, ["f(a , 1)", "m::f()"]);
    let mut known = Known::default();
    replace(tokens("g(f(a, 1) + m::f(), x.f(b))"), &Hidden::default(), &mut known);
    assert_eq!(known.called, ["f(a , 1)", "m::f()"]);
}
