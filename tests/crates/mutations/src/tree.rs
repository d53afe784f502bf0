//! Tokens in a form that can be changed in place.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

/// What stands before an invisible group in text.
const INVISIBLE: &str = "none";

/// A token, or several between delimiters. A lifetime is one token, as it is in source text.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Tree {
    Token(TokenTree),
    Lifetime(Ident),
    Group(Delimiter, Vec<Tree>),
}

impl Tree {
    /// The trees of a stream.
    #[must_use]
    pub fn all(stream: TokenStream) -> Vec<Tree> {
        let mut trees = Vec::new();
        let mut tokens = stream.into_iter();
        while let Some(token) = tokens.next() {
            trees.push(match token {
                TokenTree::Punct(punct) if punct.as_char() == '\'' => match tokens.next() {
                    Some(TokenTree::Ident(name)) => Tree::Lifetime(name),
                    _ => continue,
                },
                TokenTree::Group(group) => Tree::Group(group.delimiter(), Tree::all(group.stream())),
                token => Tree::Token(token),
            });
        }
        trees
    }

    /// The stream of trees.
    #[must_use]
    pub fn stream(trees: &[Tree]) -> TokenStream {
        let mut stream = TokenStream::new();
        for (at, tree) in trees.iter().enumerate() {
            match tree {
                // Only characters that stand side by side are joint.
                Tree::Token(TokenTree::Punct(punct)) => {
                    let is_followed = matches!(trees.get(at + 1), Some(Tree::Token(TokenTree::Punct(_))));
                    let spacing = if is_followed { punct.spacing() } else { Spacing::Alone };
                    stream.extend([TokenTree::Punct(Punct::new(punct.as_char(), spacing))]);
                }
                Tree::Token(token) => stream.extend([token.clone()]),
                Tree::Lifetime(name) => stream.extend([
                    TokenTree::Punct(Punct::new('\'', Spacing::Joint)),
                    TokenTree::Ident(name.clone()),
                ]),
                Tree::Group(delimiter, inside) => {
                    stream.extend([TokenTree::Group(Group::new(*delimiter, Tree::stream(inside)))]);
                }
            }
        }
        stream
    }

    /// Source text in which an invisible group stands as `none![…]`, which [`Tree::parse`] reads.
    #[must_use]
    pub fn text(trees: &[Tree]) -> String {
        fn visible(trees: &[Tree]) -> Vec<Tree> {
            let mut shown = Vec::new();
            for tree in trees {
                match tree {
                    Tree::Group(Delimiter::None, inside) => {
                        shown.push(Tree::Token(Ident::new(INVISIBLE, Span::call_site()).into()));
                        shown.push(Tree::Token(Punct::new('!', Spacing::Alone).into()));
                        shown.push(Tree::Group(Delimiter::Bracket, visible(inside)));
                    }
                    Tree::Group(delimiter, inside) => shown.push(Tree::Group(*delimiter, visible(inside))),
                    tree => shown.push(tree.clone()),
                }
            }
            shown
        }
        Tree::stream(&visible(trees)).to_string()
    }

    /// The trees of such a text.
    ///
    /// # Panics
    ///
    /// Panics where the text is not one of tokens.
    #[must_use]
    pub fn parse(text: &str) -> Vec<Tree> {
        fn invisible(trees: Vec<Tree>) -> Vec<Tree> {
            let mut read: Vec<Tree> = Vec::new();
            for tree in trees {
                let Tree::Group(delimiter, inside) = tree else {
                    read.push(tree);
                    continue;
                };
                let inside = invisible(inside);
                match read.as_slice() {
                    [.., Tree::Token(TokenTree::Ident(name)), Tree::Token(TokenTree::Punct(sign))]
                        if name == INVISIBLE && sign.as_char() == '!' =>
                    {
                        read.truncate(read.len() - 2);
                        read.push(Tree::Group(Delimiter::None, inside));
                    }
                    _ => read.push(Tree::Group(delimiter, inside)),
                }
            }
            read
        }
        invisible(Tree::all(text.parse().expect("a text of tokens")))
    }

    /// How many there are, with those inside of groups.
    #[must_use]
    pub fn count(trees: &[Tree]) -> usize {
        let inside = |tree: &Tree| match tree {
            Tree::Group(_, inside) => Tree::count(inside),
            _ => 0,
        };
        trees.iter().map(|tree| 1 + inside(tree)).sum()
    }

    /// The sequence in which the tree with this number stands, by the order in the text, and its place there.
    ///
    /// # Panics
    ///
    /// Panics where there are not this many.
    #[must_use]
    pub fn find(trees: &[Tree], number: usize) -> (&[Tree], usize) {
        let mut left = number;
        for (at, tree) in trees.iter().enumerate() {
            if left == 0 {
                return (trees, at);
            }
            left -= 1;
            if let Tree::Group(_, inside) = tree {
                let count = Tree::count(inside);
                if left < count {
                    return Tree::find(inside, left);
                }
                left -= count;
            }
        }
        panic!("no tree has number {number}");
    }

    /// The same, to be changed.
    ///
    /// # Panics
    ///
    /// Panics where there are not this many.
    pub fn place(trees: &mut Vec<Tree>, number: usize) -> (&mut Vec<Tree>, usize) {
        let mut left = number;
        for at in 0..trees.len() {
            if left == 0 {
                return (trees, at);
            }
            left -= 1;
            if let Tree::Group(_, inside) = &trees[at] {
                let count = Tree::count(inside);
                if left < count {
                    let Tree::Group(_, inside) = &mut trees[at] else { unreachable!("it is a group") };
                    return Tree::place(inside, left);
                }
                left -= count;
            }
        }
        panic!("no tree has number {number}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_numbered_in_the_order_of_the_text() {
        let mut trees = Tree::all("a (b [c] 'd) e".parse().unwrap());
        assert_eq!(Tree::count(&trees), 7);
        let texts: Vec<String> = (0..7)
            .map(|number| {
                let (sequence, at) = Tree::find(&trees, number);
                let text = Tree::stream(&sequence[at..=at]).to_string();
                let (sequence, at) = Tree::place(&mut trees, number);
                assert_eq!(Tree::stream(&sequence[at..=at]).to_string(), text);
                text
            })
            .collect();
        assert_eq!(texts, ["a", "(b [c] 'd)", "b", "[c]", "c", "'d", "e"]);
        assert_eq!(Tree::stream(&trees).to_string(), "a (b [c] 'd) e");
    }

    #[test]
    fn texts_have_invisible_groups() {
        let text = "f (none ! [a + none ! [b]]) :: g";
        let trees = Tree::parse(text);
        assert_eq!(Tree::count(&trees), 10);
        assert_eq!(Tree::stream(&trees).to_string(), "f (a + b) :: g");
        assert_eq!(Tree::text(&trees), text);
    }
}
