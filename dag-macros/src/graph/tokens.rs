//! Where expressions begin and end, on tokens: enough of Rust's grammar to split arguments and to
//! tell a unary `&` from a binary one.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};

/// Whether `token` is this punctuation character.
pub(crate) fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

/// Whether `token` is this punctuation character, and no part of a longer operator that begins with it.
pub(crate) fn is_alone(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character && punct.spacing() == Spacing::Alone)
}

/// Whether `token` is this word.
pub(crate) fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

/// Whether the tokens at `at` are `::`.
pub(crate) fn is_path_separator(tokens: &[TokenTree], at: usize) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint)
        && is_punct(tokens.get(at + 1), ':')
}

/// Whether an expression can end with the token before `at`, so that what follows is an operator.
pub(crate) fn ends_expression(tokens: &[TokenTree], at: usize) -> bool {
    match at.checked_sub(1).map(|before| &tokens[before]) {
        None => false,
        Some(TokenTree::Ident(ident)) => !matches!(
            ident.to_string().as_str(),
            "as" | "async"
                | "break"
                | "const"
                | "else"
                | "if"
                | "in"
                | "let"
                | "match"
                | "move"
                | "mut"
                | "return"
                | "static"
                | "while"
                | "yield"
        ),
        Some(TokenTree::Punct(punct)) => punct.as_char() == '?',
        Some(TokenTree::Literal(_) | TokenTree::Group(_)) => true,
    }
}

/// Whether the `&` at `at` takes a reference, rather than being an operator between two values.
pub(crate) fn is_reference(tokens: &[TokenTree], at: usize) -> bool {
    let doubled = at > 0
        && matches!(&tokens[at - 1], TokenTree::Punct(punct) if punct.as_char() == '&' && punct.spacing() == Spacing::Joint);
    !ends_expression(tokens, if doubled { at - 1 } else { at })
}

/// Where the parameters of a closure that begins at `at` end: at their second `|`.
pub(crate) fn closure_end(tokens: &[TokenTree], at: usize) -> Option<usize> {
    // The second character of `||` between two values begins no closure.
    let is_second = at > 0
        && matches!(&tokens[at - 1], TokenTree::Punct(punct) if punct.as_char() == '|' && punct.spacing() == Spacing::Joint);
    let start = if is_second { at - 1 } else { at };
    if !is_punct(tokens.get(at), '|') || ends_expression(tokens, start) {
        return None;
    }
    (at + 1..tokens.len()).find(|&end| is_punct(tokens.get(end), '|'))
}

/// Where the generic arguments that begin at `at` end: at their last `>`.
fn generics_end(tokens: &[TokenTree], at: usize) -> Option<usize> {
    if !is_punct(tokens.get(at), '<') {
        return None;
    }
    let turbofish = at >= 2 && is_path_separator(tokens, at - 2);
    // In `x as Map<A, B>` and `|| -> Map<A, B> { … }`.
    let begins_type = |begin: usize| {
        is_word(tokens.get(begin), "as")
            || (is_punct(tokens.get(begin), '>') && begin > 0 && is_punct(tokens.get(begin - 1), '-'))
    };
    let in_type = (0..at).rev().find(|&begin| begins_type(begin)).is_some_and(|begin| {
        tokens[begin + 1..at].iter().all(|token| match token {
            TokenTree::Ident(_) => true,
            TokenTree::Punct(punct) => matches!(punct.as_char(), ':' | '&' | '*' | '\''),
            _ => false,
        })
    });
    if !turbofish && !in_type && ends_expression(tokens, at) {
        return None;
    }
    let mut depth = 0;
    for end in at..tokens.len() {
        if is_punct(tokens.get(end), '<') {
            depth += 1;
        } else if is_punct(tokens.get(end), '>') && !(end > 0 && is_punct(tokens.get(end - 1), '-')) {
            depth -= 1;
            if depth == 0 {
                return Some(end);
            }
        }
    }
    None
}

/// The positions of the commas between expressions.
pub(crate) fn commas(tokens: &[TokenTree]) -> Vec<usize> {
    let mut commas = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if is_punct(tokens.get(at), ',') {
            commas.push(at);
        }
        at = closure_end(tokens, at).or_else(|| generics_end(tokens, at)).unwrap_or(at) + 1;
    }
    commas
}

/// The tokens between commas, each with the comma behind it. An empty last part has no comma.
pub(crate) fn split(tokens: TokenStream) -> Vec<(Vec<TokenTree>, Option<Span>)> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut parts = Vec::new();
    let mut start = 0;
    for comma in commas(&tokens) {
        parts.push((tokens[start..comma].to_vec(), Some(tokens[comma].span())));
        start = comma + 1;
    }
    parts.push((tokens[start..].to_vec(), None));
    parts
}

/// Whether the group at `at` is an expression that a `macro_rules!` macro passed on as one and that
/// is an operand here. Its invisible delimiters do not outlive the macro: it needs parentheses.
pub(crate) fn is_operand(tokens: &[TokenTree], at: usize) -> bool {
    let TokenTree::Group(group) = &tokens[at] else { return false };
    let is_path = |token: &TokenTree| matches!(token, TokenTree::Ident(_)) || is_punct(Some(token), ':');
    let is_single = group.stream().into_iter().nth(1).is_none()
        || group.stream().into_iter().all(|token| is_path(&token));
    let is_operator = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if !matches!(punct.as_char(), ',' | ';' | ':' | '='));
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let after = tokens.get(at + 1);
    group.delimiter() == Delimiter::None
        && !is_single
        && (is_operator(before) || is_operator(after) || is_punct(after, '=') || is_word(after, "as"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Group;
    use std::str::FromStr;

    fn tokens(source: &str) -> Vec<TokenTree> {
        TokenStream::from_str(source).unwrap().into_iter().collect()
    }

    fn parts(source: &str) -> usize {
        commas(&tokens(source)).len() + 1
    }

    #[test]
    fn commas_in_closures_and_generics_do_not_split() {
        assert_eq!(parts("a, b"), 2);
        assert_eq!(parts("xs.fold(0, |a, b| a + b), 1"), 2);
        assert_eq!(parts("|a, b| a + b, 1"), 2);
        assert_eq!(parts("Map::<A, B>::new(), 1"), 2);
        assert_eq!(parts("<A as Into<Map<A, B>>>::into(a), 1"), 2);
        assert_eq!(parts("x as Pair<A, B>, 1"), 2);
        assert_eq!(parts("a < b, c > d"), 2);
        assert_eq!(parts("a | b, c | d"), 2);
        assert_eq!(parts("Map::<fn(A) -> B, C>::new(), 1"), 2);
        assert_eq!(parts("(w || t || s, a | b)"), 1);
        assert_eq!(parts("w || t || s, a, b"), 3);
        assert_eq!(parts("a || b, c || d, e"), 3);
        assert_eq!(parts("a | b, c | d, e"), 3);
        assert_eq!(parts("|| a, || b"), 2);
        assert_eq!(parts("w || (|a, b| a)(1, 2), || c, move |d, e| d, async |f, g| f"), 4);
        assert_eq!(parts("|| -> Map<A, B> { a }, 1"), 2);
        assert_eq!(parts("p as *const Map<A, B>, 1"), 2);
    }

    #[test]
    fn a_reference_is_told_from_an_operator() {
        let at = |source: &str, at: usize| is_reference(&tokens(source), at);
        assert!(at("&a", 0));
        assert!(at("&&a", 1));
        assert!(!at("b && a", 2));
        assert!(!at("b & a", 1));
        assert!(at("b & &a", 2));
        assert!(at("if x {} else {} == &a", 7));
        assert!(at("return &a", 1));
    }

    #[test]
    fn an_operand_is_told_from_what_stands_alone() {
        let fragment = |source: &str| TokenTree::Group(Group::new(Delimiter::None, source.parse().unwrap()));
        let at = |before: &str, source: &str, after: &str| {
            let mut all = tokens(before);
            all.push(fragment(source));
            all.extend(tokens(after));
            is_operand(&all, tokens(before).len())
        };
        assert!(at("", "1 + 1", "* 2"));
        assert!(at("2 *", "1 + 1", ""));
        assert!(at("", "-1", ".pow(2)"));
        assert!(at("", "1 + 1", "as u8"));
        assert!(!at("", "1 + 1", ""));
        assert!(!at("1,", "1 + 1", ", 2"));
        assert!(!at("", "a::b", "::c"));
        assert!(!at("", "1", "+ 1"));
    }
}
