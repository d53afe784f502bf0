//! The code of a function, as keys of kept outputs know it: a hash of its tokens, and what they depend on that is only
//! known where they are compiled.
//!
//! Layout does not count, nor do comments, documentation and attributes that cannot change a value. A macro may do
//! anything with its input, so that counts as it is, except in macros of the standard library.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use crate::code::Tokens;
use crate::streams::IntoStream as _;

/// What is known of a function's code.
#[derive(Clone, Default)]
pub(crate) struct Code {
    pub(crate) hash: u128,
    /// Expressions for what counts by its value: conditions, variables of the environment, files.
    pub(crate) values: Vec<Value>,
}

/// An expression, and the conditions under which it stands.
#[derive(Clone)]
pub(crate) struct Value {
    pub(crate) conditions: Vec<TokenStream>,
    pub(crate) expression: TokenStream,
}

/// The code of a function with these tokens.
pub(crate) fn code(function: &[TokenTree]) -> Code {
    let mut writer = Writer::default();
    let (attributes, rest) = without_visibility(function);
    writer.trees(attributes, Commas::Trailing, false);
    writer.trees(rest, Commas::Trailing, false);
    Code { hash: writer.tokens.hash(), values: writer.values }
}

/// Attributes that change no value.
const IGNORED: [&str; 18] = [
    "allow",
    "automatically_derived",
    "clippy",
    "cold",
    "coverage",
    "deny",
    "deprecated",
    "diagnostic",
    "doc",
    "expect",
    "forbid",
    "inline",
    "key",
    "must_use",
    "no_mangle",
    "rustfmt",
    "track_caller",
    "warn",
];

/// Macros of the standard library whose input is expressions, so that they may be formatted as these are.
const OF_EXPRESSIONS: [&str; 22] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "matches",
    "panic",
    "print",
    "println",
    "thread_local",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// Which comma at the end of a list means nothing.
#[derive(Clone, Copy, PartialEq)]
enum Commas {
    /// Any.
    Trailing,
    /// One that is not the only comma, as in a tuple.
    Further,
    /// None: a macro may see it.
    Count,
}

#[derive(Default)]
struct Writer {
    tokens: Tokens,
    values: Vec<Value>,
    conditions: Vec<TokenStream>,
}

impl Writer {
    /// Writes what is in a group. In the input of a macro that may do anything with it, all of it counts.
    fn trees(&mut self, trees: &[TokenTree], commas: Commas, in_macro: bool) {
        let outer = self.conditions.len();
        // Where each condition ends that stands before something in this group.
        let mut ends: Vec<usize> = Vec::new();
        let mut has_comma = false;
        let mut i = 0;
        while i < trees.len() {
            while ends.last().is_some_and(|&end| end <= i) {
                ends.pop();
                self.conditions.pop();
            }
            match &trees[i] {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    if let Some((length, content)) = attribute(&trees[i..]) {
                        if !in_macro && is_ignored(&content) {
                            i += length;
                            continue;
                        }
                        if let Some(condition) = condition(&content) {
                            let expression = quote!(::core::cfg!(#condition));
                            self.value(expression);
                            if is_named(&content, "cfg") {
                                ends.push(end(trees, i + length));
                                self.conditions.push(condition);
                            }
                        }
                    }
                    self.tokens.sign(trees, i);
                }
                TokenTree::Punct(punct) if punct.as_char() == ',' => {
                    let is_last = i + 1 == trees.len();
                    let means_nothing = match commas {
                        Commas::Trailing => is_last || is_behind_arm(&trees[..i]),
                        Commas::Further => is_last && has_comma,
                        Commas::Count => false,
                    };
                    has_comma = true;
                    if !means_nothing {
                        self.tokens.sign(trees, i);
                    }
                }
                TokenTree::Punct(_) => self.tokens.sign(trees, i),
                TokenTree::Ident(ident) => self.tokens.name(ident),
                TokenTree::Literal(literal) => self.tokens.literal(literal),
                TokenTree::Group(group) => self.group(&trees[..i], group, commas, in_macro),
            }
            i += 1;
        }
        self.conditions.truncate(outer);
    }

    /// Writes a group that stands behind these tokens.
    fn group(&mut self, before: &[TokenTree], group: &Group, commas: Commas, in_macro: bool) {
        self.tokens.open(group.delimiter());
        let trees: Vec<TokenTree> = group.stream().into_iter().collect();
        let name = macro_name(before);
        if let Some(name) = &name {
            self.macro_value(name, before, &trees);
        }
        let is_tuple = group.delimiter() == Delimiter::Parenthesis && !is_call(before);
        let inside = match &name {
            Some(name) if !OF_EXPRESSIONS.contains(&name.as_str()) => Commas::Count,
            None if commas == Commas::Count => Commas::Count,
            _ if is_tuple && name.is_none() => Commas::Further,
            _ => Commas::Trailing,
        };
        self.trees(&trees, inside, in_macro || inside == Commas::Count);
        self.tokens.close(group.delimiter());
    }

    /// What a macro of the standard library evaluates to where it depends on more than its input.
    fn macro_value(&mut self, name: &str, before: &[TokenTree], input: &[TokenTree]) {
        if !is_of_std(before) {
            return;
        }
        let expression = match name {
            "cfg" => {
                let input: TokenStream = input.iter().cloned().into_stream();
                quote!(::core::cfg!(#input))
            }
            "env" | "option_env" => {
                // Without it, the function is an error already.
                let is_comma =
                    |tree: &&TokenTree| !matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
                let variable: TokenStream = input.iter().take_while(is_comma).cloned().into_stream();
                quote!(::core::option_env!(#variable))
            }
            "include_str" | "include_bytes" => {
                let (name, input): (_, TokenStream) =
                    (before.get(before.len() - 2), input.iter().cloned().into_stream());
                quote!(::core::#name!(#input))
            }
            "column" | "file" | "line" | "module_path" => {
                let Some(TokenTree::Ident(name)) = before.get(before.len() - 2) else { return };
                // Where the name stands, so that it is the place that the function knows.
                quote_spanned!(name.span()=> #name!())
            }
            _ => return,
        };
        self.value(expression);
    }

    fn value(&mut self, expression: TokenStream) {
        // What stands in a macro that the function defines is known where that is used.
        if !mentions_dollar(expression.clone()) {
            self.values.push(Value { conditions: self.conditions.clone(), expression });
        }
    }
}

/// The attributes of a function, and what stands behind its visibility.
fn without_visibility(function: &[TokenTree]) -> (&[TokenTree], &[TokenTree]) {
    let mut start = 0;
    while let Some((length, _)) =
        starts_with_hash(&function[start..]).then(|| attribute(&function[start..])).flatten()
    {
        start += length;
    }
    let (attributes, rest) = function.split_at(start);
    let rest = match rest {
        [TokenTree::Ident(first), TokenTree::Group(group), rest @ ..]
            if first == "pub" && group.delimiter() == Delimiter::Parenthesis =>
        {
            rest
        }
        [TokenTree::Ident(first), rest @ ..] if first == "pub" => rest,
        // What a `macro_rules!` macro passed on.
        [TokenTree::Group(group), rest @ ..] if group.delimiter() == Delimiter::None => rest,
        rest => rest,
    };
    (attributes, rest)
}

fn starts_with_hash(trees: &[TokenTree]) -> bool {
    matches!(trees.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#')
}

/// The number of tokens of an attribute, and what is in its brackets.
fn attribute(trees: &[TokenTree]) -> Option<(usize, Vec<TokenTree>)> {
    let position = match trees.get(1)? {
        TokenTree::Punct(punct) if punct.as_char() == '!' => 2,
        _ => 1,
    };
    match trees.get(position)? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
            Some((position + 1, group.stream().into_iter().collect()))
        }
        _ => None,
    }
}

fn is_named(content: &[TokenTree], name: &str) -> bool {
    matches!(content.first(), Some(TokenTree::Ident(ident)) if ident == name)
}

fn is_ignored(content: &[TokenTree]) -> bool {
    IGNORED.iter().any(|name| is_named(content, name))
}

/// The condition of `cfg` and `cfg_attr`.
fn condition(content: &[TokenTree]) -> Option<TokenStream> {
    let [TokenTree::Ident(name), TokenTree::Group(group), ..] = content else { return None };
    if name != "cfg" && name != "cfg_attr" {
        return None;
    }
    let is_comma = |tree: &TokenTree| !matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
    Some(group.stream().into_iter().take_while(is_comma).into_stream())
}

/// Where that ends which begins here, behind an attribute: a statement, an item, an arm, or part of a list.
fn end(trees: &[TokenTree], start: usize) -> usize {
    let keyword = |i: usize| match trees.get(i) {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    };
    let is_statement = match keyword(start).as_str() {
        "let" | "static" | "use" | "type" => true,
        "const" => !["fn", "unsafe", "extern", "async"].contains(&keyword(start + 1).as_str()),
        _ => false,
    };
    let ends = |tree: &TokenTree| match tree {
        TokenTree::Punct(punct) => punct.as_char() == ';' || punct.as_char() == ',' && !is_statement,
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !is_statement,
        _ => false,
    };
    trees[start..].iter().position(ends).map_or(trees.len(), |length| start + length + 1)
}

/// The macro that is called, where a group behind these tokens is its input.
fn macro_name(before: &[TokenTree]) -> Option<String> {
    let is_bang = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '!');
    match before {
        [.., TokenTree::Ident(name), bang] if is_bang(bang) => Some(name.to_string()),
        [.., TokenTree::Ident(defines), bang, TokenTree::Ident(_)] if is_bang(bang) => {
            Some(defines.to_string())
        }
        _ => None,
    }
}

/// Whether a macro is named as it is in the prelude, or by its path.
fn is_of_std(before: &[TokenTree]) -> bool {
    let is_colon = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ':');
    match before {
        [.., of, first, second, TokenTree::Ident(_), _] if is_colon(first) && is_colon(second) => {
            matches!(of, TokenTree::Ident(of) if of == "std" || of == "core")
        }
        _ => true,
    }
}

/// Whether parentheses behind these tokens are those of a call or a pattern with a name, and not of a tuple.
fn is_call(before: &[TokenTree]) -> bool {
    const KEYWORDS: [&str; 19] = [
        "as", "box", "break", "const", "dyn", "else", "for", "if", "impl", "in", "let", "match", "move",
        "mut", "ref", "return", "where", "while", "yield",
    ];
    match before.last() {
        Some(TokenTree::Ident(ident)) => !KEYWORDS.iter().any(|keyword| ident == keyword),
        Some(TokenTree::Group(group)) => group.delimiter() != Delimiter::Brace,
        _ => false,
    }
}

/// Whether these tokens end with the block of an arm of a `match`, which needs no comma.
fn is_behind_arm(before: &[TokenTree]) -> bool {
    let is = |tree: &TokenTree, wanted| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == wanted);
    match before {
        [.., equals, greater, TokenTree::Group(group)] => {
            group.delimiter() == Delimiter::Brace && is(equals, '=') && is(greater, '>')
        }
        _ => false,
    }
}

fn mentions_dollar(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Punct(punct) => punct.as_char() == '$',
        TokenTree::Group(group) => mentions_dollar(group.stream()),
        _ => false,
    })
}

#[cfg(test)]
mod tests;
