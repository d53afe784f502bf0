//! Uses of inputs and tasks in arguments, and what stands in their place.
//!
//! An argument is parsed, and a walk through it resolves names by Rust's rules for scopes. What is not Rust by itself is
//! made so before: the brackets behind a family. What cannot be parsed all the same, as the input of a user's macro, is
//! walked through token by token; so is what is too simple to need a parser.

mod blocks;
mod captures;
mod expressions;
mod flat;
mod hidden;
mod macros;
mod patterns;
mod prepare;
mod raw;

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Path};

use self::flat::is_flat;
pub(crate) use self::hidden::Hidden;
pub(crate) use self::patterns::bind;
use self::prepare::Prepared;
pub(crate) use self::prepare::bare;
use crate::graph::tokens::is_punct;
use crate::names;
use crate::streams::IntoStream as _;

/// How a name is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `&name`
    Borrow,
    /// `name`
    Value,
    /// `&mut name`: the value, in a place that can be changed.
    ValueMut,
    /// `*name`: what a reference leads to.
    Target,
    /// `&mut *name`
    TargetMut,
    /// `name.field`, `name.method()`, `name[index]`, `&*name`: a place that is shared.
    Place,
    /// `&mut name.field`, `&mut name[index]`: a place that is changed.
    PlaceMut,
}

impl Mode {
    /// Whether the value is used itself, not a place that it is in.
    pub(crate) fn takes(self) -> bool {
        matches!(self, Mode::Value | Mode::ValueMut | Mode::Target | Mode::TargetMut)
    }

    /// Whether an input that is a `&mut` reference is used exclusively.
    pub(crate) fn is_exclusive(self) -> bool {
        matches!(self, Mode::Value | Mode::ValueMut | Mode::TargetMut | Mode::PlaceMut)
    }

    /// How the base of a place is used that is used in this way.
    fn of_base(self) -> Mode {
        match self {
            Mode::ValueMut | Mode::TargetMut | Mode::PlaceMut => Mode::PlaceMut,
            Mode::Borrow | Mode::Value | Mode::Target | Mode::Place => Mode::Place,
        }
    }
}

/// Decides on names, and says what stands in their place.
pub(crate) trait Names {
    /// Whether the name is an input or a task, to be used here. `called`: parentheses follow.
    fn is_known(&self, name: &str, called: bool) -> bool;
    /// Whether a task is listed by this path of several segments, so that the path is a use of it.
    fn is_listed(&self, path: &Path) -> bool;
    /// Whether the name is that of a family, so that brackets behind it choose members.
    fn is_family(&self, name: &str) -> bool;
    /// Whether an `if` may be one that indices and constants decide.
    fn has_conditions(&self) -> bool;
    /// What replaces a use.
    fn replace(&mut self, path: &Path, mode: Mode) -> TokenStream;
    /// What replaces a use of members. `hidden` are the names that are bound or declared inside the argument.
    fn member(&mut self, name: &Ident, brackets: &Group, mode: Mode, hidden: &Hidden) -> TokenStream;
    /// Whether indices and constants alone decide the condition of an `if`. Then its branches are entered, and
    /// [`decided`](Self::decided) follows.
    fn condition(&mut self, condition: &TokenStream, hidden: &Hidden) -> bool;
    /// Enters a branch whose uses are there where the last such condition holds, or does not hold.
    fn enter(&mut self, holds: bool);
    /// Leaves the branch entered last.
    fn leave(&mut self);
    /// What replaces the last such condition, behind its branches.
    fn decided(&mut self) -> TokenStream;
    /// Takes note of a call of a function by its path.
    fn calls(&mut self, path: &Path, arguments: &TokenStream);
}

/// The argument with each use replaced. Names that are `hidden` are no uses.
pub(crate) fn replace(argument: TokenStream, hidden: &Hidden, names: &mut dyn Names) -> TokenStream {
    if let Some(replaced) = simple(&argument, hidden, names) {
        return replaced;
    }
    let tokens: Vec<TokenTree> = argument.clone().into_iter().collect();
    if is_flat(&tokens, names) {
        let mut resolver = Resolver { names, hidden: hidden.clone(), brackets: Vec::new() };
        return resolver.flat(&tokens);
    }
    let Some(Prepared { tokens, brackets }) = Prepared::new(&argument, names) else { return argument };
    let mut resolver = Resolver { names, hidden: hidden.clone(), brackets };
    let replaced = match syn::parse2::<Expr>(tokens.clone()) {
        Ok(mut expression) => {
            resolver.expression(&mut expression, Mode::Value);
            expression.into_token_stream()
        }
        // Rust that is newer than the parser, or none: rustc tells.
        Err(_) => resolver.tokens(tokens),
    };
    resolver.restored(replaced)
}

/// A name, or a reference to one, as most arguments are.
fn simple(argument: &TokenStream, hidden: &Hidden, names: &mut dyn Names) -> Option<TokenStream> {
    let mut tokens = argument.clone().into_iter();
    let (first, second) = (tokens.next()?, tokens.next());
    if tokens.next().is_some() {
        return None;
    }
    let (name, mode) = match (&first, &second) {
        (TokenTree::Ident(name), None) => (name, Mode::Value),
        (TokenTree::Punct(_), Some(TokenTree::Ident(name))) if is_punct(Some(&first), '&') => {
            (name, Mode::Borrow)
        }
        _ => return None,
    };
    let text = names::text(name);
    if hidden.hides(&text) || !names.is_known(&text, false) {
        return Some(argument.clone());
    }
    let replaced = names.replace(&name.clone().into(), mode);
    let reference = (mode == Mode::Borrow).then_some(first);
    Some(reference.into_iter().into_stream().into_iter().chain(replaced).into_stream())
}

/// The walk through an argument.
struct Resolver<'a> {
    names: &'a mut dyn Names,
    hidden: Hidden,
    /// The brackets that something else stands for, see [`prepare`].
    brackets: Vec<Group>,
}

impl Resolver<'_> {
    /// What replaces a path, if it is a use.
    fn path(&mut self, path: &Path, mode: Mode, called: bool) -> Option<TokenStream> {
        let is_use = match path.get_ident() {
            Some(name) => {
                let name = names::text(name);
                !self.hidden.hides(&name) && self.names.is_known(&name, called)
            }
            None => {
                let first = path.segments.first().map(|segment| names::text(&segment.ident));
                let is_plain = path.segments.iter().all(|segment| segment.arguments.is_none());
                !called
                    && is_plain
                    && first.is_some_and(|first| !self.hidden.declares(&first))
                    && self.names.is_listed(path)
            }
        };
        is_use.then(|| self.names.replace(path, mode))
    }

    /// Whether this is the name of a family.
    fn is_family(&self, name: &Ident) -> bool {
        let name = names::text(name);
        !self.hidden.hides(&name) && self.names.is_family(&name)
    }
}

#[cfg(test)]
mod tests;
