//! What the programs of the workspace give to its macros.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::tree::Tree;

/// The folders with programs.
const FOLDERS: [&str; 6] = ["examples", "tests/src", "tests/tests", "tests/crates", "ui-tests", "benches"];

/// What a macro is given in a program.
#[derive(Clone, Debug)]
pub struct Input {
    /// The program's file, below the workspace.
    pub file: PathBuf,
    /// Which macro it is.
    pub of: Macro,
    /// The arguments of the attribute; none of `dag!`.
    pub attribute: Vec<Tree>,
    /// The item below the attribute, or what stands in the braces of `dag!`.
    pub body: Vec<Tree>,
}

/// One of the macros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Macro {
    Task,
    Dag,
}

/// All inputs of macros in the programs below the workspace at `root`, ordered by file.
///
/// # Panics
///
/// Panics where a file cannot be read.
#[must_use]
pub fn inputs(root: &Path) -> Vec<Input> {
    let mut inputs = Vec::new();
    for (file, text) in programs(root) {
        // Files that are no programs of their own, parts of other ones, need not have tokens.
        if let Ok(tokens) = text.parse() {
            find(&file, tokens, &mut inputs);
        }
    }
    inputs
}

/// All programs below the workspace at `root`, ordered by path.
///
/// # Panics
///
/// Panics where a file cannot be read.
#[must_use]
pub fn programs(root: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    FOLDERS.iter().for_each(|folder| walk(&root.join(folder), &mut files));
    files.sort();
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        (file.strip_prefix(root).map(Path::to_owned).unwrap_or(file), text)
    };
    files.into_iter().map(read).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display())).path();
        if path.is_dir() && !path.ends_with("target") {
            walk(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Finds the inputs in these tokens.
fn find(file: &Path, stream: TokenStream, inputs: &mut Vec<Input>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    // Where the attributes of the item begin that the walk is at.
    let mut attributes = None;
    let mut at = 0;
    while at < tokens.len() {
        let is_attribute = is_punct(&tokens[at], '#')
            && matches!(tokens.get(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
        if is_attribute {
            let start = *attributes.get_or_insert(at);
            if let Some(attribute) = task(&tokens[at + 1]) {
                let (before, behind) = (&tokens[start..at], &tokens[at + 2..]);
                let item = before.iter().chain(&behind[..end(behind)]).cloned().collect();
                let (attribute, body) = (Tree::all(attribute), Tree::all(item));
                inputs.push(Input { file: file.to_owned(), of: Macro::Task, attribute, body });
            }
            at += 2;
            continue;
        }
        attributes = None;
        if let TokenTree::Group(group) = &tokens[at] {
            let is_dag = at >= 2 && is_punct(&tokens[at - 1], '!') && is_word(&tokens[at - 2], "dag");
            if is_dag {
                let body = Tree::all(group.stream());
                inputs.push(Input { file: file.to_owned(), of: Macro::Dag, attribute: Vec::new(), body });
            } else {
                find(file, group.stream(), inputs);
            }
        }
        at += 1;
    }
}

/// The arguments of `#[task]`, where these brackets hold one, by any path.
fn task(brackets: &TokenTree) -> Option<TokenStream> {
    let TokenTree::Group(group) = brackets else { return None };
    let mut tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let arguments = match tokens.last() {
        Some(TokenTree::Group(arguments)) => {
            let arguments = arguments.stream();
            tokens.pop();
            arguments
        }
        _ => TokenStream::new(),
    };
    tokens.last().is_some_and(|last| is_word(last, "task")).then_some(arguments)
}

/// Where an item ends: behind its braces or a `;`.
fn end(tokens: &[TokenTree]) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is_punct(token, ';'),
    };
    tokens.iter().position(ends).map_or(tokens.len(), |at| at + 1)
}

pub(crate) fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

pub(crate) fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_and_graphs_are_found() {
        let source =
            "#[test] fn a() { #[inline] #[dag_runtime::task(cost = 1)] #[must_use] fn b() -> u8 { 1 } c(); }
            dag_runtime::dag! { graph G { b } } #[task] fn d();";
        let mut inputs = Vec::new();
        find(Path::new("x.rs"), source.parse().unwrap(), &mut inputs);
        let texts: Vec<(Macro, String, String)> = inputs
            .iter()
            .map(|input| {
                let text = |trees: &[Tree]| Tree::stream(trees).to_string();
                (input.of, text(&input.attribute), text(&input.body))
            })
            .collect();
        let expected = [
            (Macro::Task, "cost = 1", "# [inline] # [must_use] fn b () -> u8 { 1 }"),
            (Macro::Dag, "", "graph G { b }"),
            (Macro::Task, "", "fn d () ;"),
        ];
        assert_eq!(texts.len(), expected.len());
        for ((of, attribute, body), expected) in texts.iter().zip(expected) {
            assert_eq!((*of, attribute.as_str(), body.as_str()), expected);
        }
    }

    #[test]
    fn the_workspace_has_programs() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap();
        let inputs = inputs(root);
        let count = |of| inputs.iter().filter(|input| input.of == of).count();
        assert!(count(Macro::Task) > 500 && count(Macro::Dag) > 200, "{} inputs", inputs.len());
    }
}
