//! Good programs with one token changed.

use proc_macro2::Delimiter;

use crate::layout::lines;
use crate::mutate::near;
use crate::programs::{is_punct, is_word};
use crate::{Macro, Random, Tree};

/// A program that compiles.
#[derive(Clone, Debug)]
pub struct Program {
    /// The name of its file.
    pub name: String,
    trees: Vec<Tree>,
}

/// A program with a mistake.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// What was done, and to which token.
    pub description: String,
    /// The program.
    pub text: String,
    /// Its functions alone, without attributes of ours and without graphs.
    pub without_macros: String,
}

impl Program {
    /// The program with this source text.
    ///
    /// # Panics
    ///
    /// Panics where the text is not one of tokens.
    #[must_use]
    pub fn new(name: &str, text: &str) -> Self {
        let text = text.lines().filter(|line| !line.starts_with("//!")).collect::<Vec<_>>().join("\n");
        Program { name: name.to_owned(), trees: Tree::all(text.parse().expect("a program")) }
    }

    /// Its text, without the layout that it had.
    #[must_use]
    pub fn text(&self) -> String {
        lines(&self.trees)
    }

    /// The numbers of the tokens that a macro is given, but for those of functions' bodies.
    fn places(&self, of: Macro) -> Vec<usize> {
        let mut places = Vec::new();
        collect(&self.trees, of, 0, &mut places);
        places
    }
}

/// This many programs with one token deleted, doubled, misspelt, or swapped with the next one, each of them another one.
#[must_use]
pub fn mistakes(programs: &[Program], of: Macro, count: usize, random: &mut Random) -> Vec<Mistake> {
    let places: Vec<Vec<usize>> = programs.iter().map(|program| program.places(of)).collect();
    let all: Vec<(usize, usize, Kind)> = places
        .iter()
        .enumerate()
        .flat_map(|(program, places)| places.iter().map(move |&place| (program, place)))
        .flat_map(|(program, place)| Kind::ALL.map(|kind| (program, place, kind)))
        .collect();
    let mut left = all;
    let mut mistakes = Vec::new();
    while mistakes.len() < count && !left.is_empty() {
        let (program, place, kind) = left.swap_remove(random.below(left.len()));
        let mut trees = programs[program].trees.clone();
        let Some(description) = kind.make(&mut trees, place) else { continue };
        let mut functions = trees.clone();
        strip(&mut functions);
        mistakes.push(Mistake {
            description: format!("{}.rs: {description}", programs[program].name),
            text: lines(&trees),
            without_macros: lines(&functions),
        });
    }
    mistakes
}

#[derive(Clone, Copy)]
enum Kind {
    Delete,
    Double,
    Misspell,
    Swap,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Delete, Kind::Double, Kind::Misspell, Kind::Swap];

    /// Makes the mistake at a place, and says what it is. None where it cannot be made there.
    fn make(self, trees: &mut Vec<Tree>, place: usize) -> Option<String> {
        let (sequence, at) = Tree::place(trees, place);
        let text = |tree: &Tree| Tree::stream(std::slice::from_ref(tree)).to_string();
        let told = format!(
            "in `{}`",
            Tree::stream(&sequence[at.saturating_sub(3)..sequence.len().min(at + 4)])
                .to_string()
                .replace('\n', " ")
        );
        let done = match self {
            Kind::Delete => format!("delete `{}`", text(&sequence.remove(at))),
            Kind::Double => {
                sequence.insert(at, sequence[at].clone());
                format!("double `{}`", text(&sequence[at]))
            }
            Kind::Misspell => {
                let before = text(&sequence[at]);
                sequence[at] = near(&sequence[at])?;
                format!("`{}` for `{before}`", text(&sequence[at]))
            }
            Kind::Swap => {
                let (first, second) = (text(&sequence[at]), text(sequence.get(at + 1)?));
                if first == second {
                    return None;
                }
                sequence.swap(at, at + 1);
                format!("swap `{first}` and `{second}`")
            }
        };
        Some(format!("{done} {told}"))
    }
}

/// Collects the numbers of tokens that a macro is given. `first` is the number of the first of these trees.
fn collect(trees: &[Tree], of: Macro, first: usize, places: &mut Vec<usize>) {
    let mut number = first;
    let mut in_function = false;
    for (at, tree) in trees.iter().enumerate() {
        let count = Tree::count(std::slice::from_ref(tree));
        if let Tree::Group(delimiter, inside) = tree {
            let is_brace = *delimiter == Delimiter::Brace;
            if is_brace && is_dag(trees, at) {
                if of == Macro::Dag {
                    places.extend(number + 1..number + count);
                }
            } else if *delimiter == Delimiter::Bracket && is_task(inside) {
                in_function = true;
                // Behind the brackets and the word.
                if of == Macro::Task && count > 2 {
                    places.extend(number + 3..number + count);
                }
            } else if in_function {
                if of == Macro::Task && !is_brace {
                    places.extend(number..number + count);
                }
                in_function = !is_brace;
            } else {
                collect(inside, of, number + 1, places);
            }
        } else if in_function && of == Macro::Task {
            places.push(number);
        }
        number += count;
    }
}

/// Leaves the attributes and the graphs of our macros out.
fn strip(trees: &mut Vec<Tree>) {
    let mut kept = Vec::new();
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            Tree::Group(Delimiter::Bracket, inside) if is_task(inside) => {
                kept.pop();
            }
            Tree::Group(Delimiter::Brace, _) if is_dag(trees, at) => kept.truncate(kept.len() - 2),
            Tree::Group(Delimiter::Brace, _) if at >= 2 && is_main(&trees[..at]) => {
                kept.push(Tree::Group(Delimiter::Brace, Tree::all("todo!()".parse().expect("tokens"))));
            }
            // `#[from(…)]` is a part of our attribute.
            Tree::Group(Delimiter::Bracket, inside)
                if inside.first().is_some_and(|tree| is_name(tree, "from")) =>
            {
                kept.pop();
            }
            Tree::Group(delimiter, inside) => {
                let mut inside = inside.clone();
                strip(&mut inside);
                kept.push(Tree::Group(*delimiter, inside));
            }
            tree => kept.push(tree.clone()),
        }
    }
    *trees = kept;
}

fn is_dag(trees: &[Tree], at: usize) -> bool {
    at >= 2 && is_sign(&trees[at - 1], '!') && is_name(&trees[at - 2], "dag")
}

fn is_task(brackets: &[Tree]) -> bool {
    brackets.first().is_some_and(|tree| is_name(tree, "task"))
}

/// Whether the braces behind these are those of `main`.
fn is_main(before: &[Tree]) -> bool {
    let start = before.iter().rposition(|tree| is_name(tree, "fn"));
    start.is_some_and(|start| {
        before.get(start + 1).is_some_and(|tree| is_name(tree, "main"))
            && !before[start..].iter().any(|tree| matches!(tree, Tree::Group(Delimiter::Brace, _)))
    })
}

fn is_sign(tree: &Tree, character: char) -> bool {
    matches!(tree, Tree::Token(token) if is_punct(token, character))
}

fn is_name(tree: &Tree, name: &str) -> bool {
    matches!(tree, Tree::Token(token) if is_word(token, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> Program {
        Program::new(
            "x",
            "mod m { #[task(cost = 1)] fn load(#[from(a)] x: u8) -> u8 { x } } fn other() {} dag! { graph G { load } } fn main() -> () { G; }",
        )
    }

    #[test]
    fn places_are_those_of_the_macros() {
        let program = program();
        let texts = |of| -> Vec<String> {
            let places = program.places(of).into_iter();
            places
                .map(|place| {
                    let (sequence, at) = Tree::find(&program.trees, place);
                    Tree::stream(&sequence[at..=at]).to_string()
                })
                .collect()
        };
        assert_eq!(texts(Macro::Dag), ["graph", "G", "{ load }", "load"]);
        let task = texts(Macro::Task).join(" ");
        assert!(task.starts_with("cost = 1 fn load (# [from (a)] x : u8) #"), "{task}");
        assert!(task.ends_with("x : u8 - > u8"), "{task}");
    }

    #[test]
    fn functions_are_left_without_macros() {
        let mut trees = program().trees;
        strip(&mut trees);
        let text = Tree::stream(&trees).to_string();
        assert_eq!(
            text,
            "mod m { fn load (x : u8) -> u8 { x } } fn other () { } fn main () -> () { todo ! () }"
        );
    }

    #[test]
    fn a_seed_gives_its_mistakes() {
        let made = |seed| {
            mistakes(&[program()], Macro::Task, 20, &mut Random::new(seed))
                .iter()
                .map(|mistake| mistake.description.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(made(1), made(1));
        assert_ne!(made(1), made(2));
        let text = program().text();
        assert_eq!(
            Tree::stream(&Program::new("y", &text).trees).to_string(),
            Tree::stream(&program().trees).to_string()
        );
    }
}
