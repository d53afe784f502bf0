//! Mutations of tokens.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

use crate::{Random, Tree};

/// Tokens that mean something to the macros or to Rust, or nothing to either.
const WORDS: &str = "graph after on each if else let mut ref as in dyn impl async unsafe fn const self Self crate super \
    depends cost from where match move for loop r#type _ x 0 1.5 -1 \"text\" 'c' b\"x\" 340282366920938463463374607431768211456 \
    , ; : :: = == => -> . .. ..= & && | || ! ? # $ @ < > >> 'a 'static '_ () [] {} (,) [..] {a} (|x| x)";

/// Makes random changes to an input.
#[derive(Clone, Debug)]
pub struct Mutator {
    random: Random,
    words: Vec<Tree>,
}

impl Mutator {
    /// The changes that belong to a seed.
    ///
    /// # Panics
    ///
    /// Never: the words are tokens.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let words: TokenStream = WORDS.parse().expect("the words are tokens");
        Mutator { random: Random::new(seed), words: Tree::all(words) }
    }

    /// What decides on the changes.
    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Changes `trees` at one place: deletes, duplicates, swaps, splices from `other`, cuts off, wraps into an invisible
    /// group, or puts another token there.
    pub fn change(&mut self, trees: &mut Vec<Tree>, other: &[Tree]) {
        let count = Tree::count(trees);
        if count == 0 {
            trees.push(self.random.choose(&self.words).clone());
            return;
        }
        let (sequence, at) = Tree::place(trees, self.random.below(count));
        match self.random.below(12) {
            0 => {
                sequence.remove(at);
            }
            1 => {
                let end = (at + 1 + self.random.below(4)).min(sequence.len());
                sequence.drain(at..end);
            }
            2 => sequence.insert(at, sequence[at].clone()),
            3 => {
                let with = self.random.below(sequence.len());
                sequence.swap(at, with);
            }
            4 if at + 1 < sequence.len() => sequence.swap(at, at + 1),
            4 => sequence[at] = self.random.choose(&self.words).clone(),
            5 | 6 => self.splice(sequence, at, other),
            7 => sequence.truncate(at),
            8 => {
                let end = (at + 1 + self.random.below(3)).min(sequence.len());
                let wrapped = sequence.drain(at..end).collect();
                sequence.insert(at, Tree::Group(Delimiter::None, wrapped));
            }
            9 => sequence.insert(at, self.random.choose(&self.words).clone()),
            10 => self.regroup(sequence, at),
            _ => match near(&sequence[at]) {
                Some(tree) => sequence[at] = tree,
                None => sequence[at] = self.random.choose(&self.words).clone(),
            },
        }
    }

    /// Puts some tokens of another input at a place, or in place of what is there.
    fn splice(&mut self, sequence: &mut Vec<Tree>, at: usize, other: &[Tree]) {
        let count = Tree::count(other);
        if count == 0 {
            return;
        }
        let (from, start) = Tree::find(other, self.random.below(count));
        let end = (start + 1 + self.random.below(6)).min(from.len());
        let replaced = self.random.below(3).min(sequence.len() - at);
        sequence.splice(at..at + replaced, from[start..end].iter().cloned());
    }

    /// Changes the delimiters of a group, or takes them away. Puts a single token between some.
    fn regroup(&mut self, sequence: &mut Vec<Tree>, at: usize) {
        let delimiters = [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
        let delimiter = *self.random.choose(&delimiters);
        match sequence.remove(at) {
            Tree::Group(_, inside) if self.random.below(3) == 0 => {
                sequence.splice(at..at, inside);
            }
            Tree::Group(_, inside) => sequence.insert(at, Tree::Group(delimiter, inside)),
            tree => sequence.insert(at, Tree::Group(delimiter, vec![tree])),
        }
    }
}

/// A name with a slip of the pen: two letters swapped, or one too much.
#[must_use]
pub fn near(tree: &Tree) -> Option<Tree> {
    let Tree::Token(TokenTree::Ident(name)) = tree else { return None };
    let text = name.to_string();
    if text.starts_with("r#") || text == "_" {
        return None;
    }
    let mut letters: Vec<char> = text.chars().collect();
    match (1..letters.len()).rev().find(|&at| letters[at] != letters[at - 1] && !letters[at].is_numeric()) {
        Some(at) if at > 1 || letters.len() == 2 && !letters[1].is_numeric() => letters.swap(at - 1, at),
        _ => letters.push('x'),
    }
    let text: String = letters.into_iter().collect();
    Some(Tree::Token(Ident::new(&text, Span::call_site()).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_its_changes() {
        let trees = Tree::all("graph G<'a>(x: &'a str) -> mean { load(x), mean(&load) }".parse().unwrap());
        let changed = |seed| {
            let mut changed = trees.clone();
            let mut mutator = Mutator::new(seed);
            (0..3).for_each(|_| mutator.change(&mut changed, &trees));
            Tree::stream(&changed).to_string()
        };
        assert_eq!(changed(1), changed(1));
        assert!((0..100).filter(|&seed| changed(seed) != Tree::stream(&trees).to_string()).count() > 90);
    }

    #[test]
    fn near_names_are_others() {
        let near = |name: &str| {
            near(&Tree::all(name.parse().unwrap())[0]).map(|tree| Tree::stream(&[tree]).to_string())
        };
        assert_eq!(near("load").as_deref(), Some("loda"));
        assert_eq!(near("xs").as_deref(), Some("sx"));
        assert_eq!(near("f64").as_deref(), Some("f64x"));
        assert_eq!(near("x").as_deref(), Some("xx"));
        assert_eq!(near("r#type"), None);
        assert_eq!(near("1"), None);
    }
}
