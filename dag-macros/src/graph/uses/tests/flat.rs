//! Arguments that need no parser.

use super::*;

/// What needs no parser is replaced as what is parsed.
#[test]
fn simple_arguments_are_as_parsed_ones() {
    for source in [
        "a",
        "&a",
        "&mut a",
        "&mut a[0].x",
        "&mut a.0",
        "&mut a.x(b)",
        "&mut a[1..].x::<T>()",
        "&mut b[1].x",
        "&&a",
        "-a",
        "a + b - 1",
        "a & b && a",
        "&a + &b",
        "g(a, &b)",
        "a(b)",
        "f(b)",
        "&a(b)",
        "[a, b].len() / a",
        "(a, &b)",
        "a.len()",
        "&a.x.y(b)",
        "a.0.1 + b[0]",
        "a[b][a]",
        "&a[1..b]",
        "x.a + b.a()",
        "m::f",
        "&m::f",
        "m::f(a)",
        "m::f.x()",
        "::m::f + m::a + a::m",
        "m::f[0] + n::m::f",
        "Some(&a)",
        "b[a, 1]",
        "&b[a, ..]",
        "&mut b[1]",
        "b[0].x + b[1][2]",
        "(a).len()",
        "&(a)",
        "(a)(b)",
        "(a, b).0",
        "g((a), [(b)])",
        "a..b",
        "..a",
        "a..",
        "x.a..b",
        "a.await",
        "x % a / b",
    ] {
        let known = || Known { families: true, ..Known::default() };
        let (mut simple, mut parsed) = (known(), known());
        let of_simple = replace(tokens(source), &Hidden::default(), &mut simple);
        // An `if` asks for the parser.
        let of_parsed =
            replace(tokens(&format!("if true {{ {source} }} else {{}}")), &Hidden::default(), &mut parsed);
        let expected = format!("iftrue{{{}}}else{{}}", text(of_simple));
        assert_eq!(text(of_parsed), expected, "{source}");
        assert_eq!((simple.modes, simple.called), (parsed.modes, parsed.called), "{source}");
    }
}
