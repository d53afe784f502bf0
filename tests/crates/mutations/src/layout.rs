//! Tokens as source text in lines, so that errors can be told apart by where they stand.

use proc_macro2::{Delimiter, Spacing, TokenTree};

use crate::Tree;

/// The text of a program, in lines.
pub(crate) fn lines(trees: &[Tree]) -> String {
    let mut text = String::new();
    write(trees, 0, &mut text);
    text
}

fn write(trees: &[Tree], depth: usize, text: &mut String) {
    let begin = |text: &mut String| {
        text.push('\n');
        text.extend(std::iter::repeat_n("    ", depth));
    };
    let mut is_joint = true;
    for tree in trees {
        if !is_joint {
            text.push(' ');
        }
        is_joint = false;
        match tree {
            Tree::Group(Delimiter::Brace, inside) => {
                text.push('{');
                text.push('\n');
                text.extend(std::iter::repeat_n("    ", depth + 1));
                write(inside, depth + 1, text);
                begin(text);
                text.push('}');
                begin(text);
                is_joint = true;
            }
            Tree::Group(delimiter, inside) => {
                let (open, close) = if *delimiter == Delimiter::Bracket { ('[', ']') } else { ('(', ')') };
                text.push(open);
                write(inside, depth + 1, text);
                text.push(close);
            }
            tree => {
                text.push_str(&Tree::stream(std::slice::from_ref(tree)).to_string());
                let Tree::Token(TokenTree::Punct(punct)) = tree else { continue };
                is_joint = punct.spacing() == Spacing::Joint;
                if matches!(punct.as_char(), ',' | ';') {
                    begin(text);
                    is_joint = true;
                }
            }
        }
    }
}
