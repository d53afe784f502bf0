//! What patterns bind, and what items declare among values. Types and paths do neither.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Fields, ForeignItem, Item, Pat, Stmt, UseTree};

use super::hidden::{Hidden, Kind};
use crate::names;

/// Hides what a pattern binds. A name may be that of a constant instead, which binds nothing: then it is none of an
/// input or a task either.
pub(crate) fn bind(pattern: &Pat, hidden: &mut Hidden) {
    match pattern {
        Pat::Ident(pattern) => {
            hidden.push(names::text(&pattern.ident), Kind::Local);
            if let Some((_, pattern)) = &pattern.subpat {
                bind(pattern, hidden);
            }
        }
        Pat::Guard(pattern) => bind(&pattern.pat, hidden),
        Pat::Or(pattern) => pattern.cases.iter().for_each(|pattern| bind(pattern, hidden)),
        Pat::Paren(pattern) => bind(&pattern.pat, hidden),
        Pat::Reference(pattern) => bind(&pattern.pat, hidden),
        Pat::Slice(pattern) => pattern.elems.iter().for_each(|pattern| bind(pattern, hidden)),
        Pat::Struct(pattern) => pattern.fields.iter().for_each(|field| bind(&field.pat, hidden)),
        Pat::Tuple(pattern) => pattern.elems.iter().for_each(|pattern| bind(pattern, hidden)),
        Pat::TupleStruct(pattern) => pattern.elems.iter().for_each(|pattern| bind(pattern, hidden)),
        Pat::Type(pattern) => bind(&pattern.pat, hidden),
        Pat::Verbatim(tokens) => bind_all(tokens.clone(), hidden),
        _ => {}
    }
}

/// Hides all names in a pattern that is not understood.
pub(super) fn bind_all(tokens: TokenStream, hidden: &mut Hidden) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => hidden.push(names::text(&name), Kind::Local),
            TokenTree::Group(group) => bind_all(group.stream(), hidden),
            _ => {}
        }
    }
}

/// Hides what the items of a block declare, which are known in all of it.
pub(super) fn declare(statements: &[Stmt], hidden: &mut Hidden) {
    for statement in statements {
        let Stmt::Item(item) = statement else { continue };
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) if !matches!(item.fields, Fields::Named(_)) => &item.ident,
            Item::ForeignMod(item) => {
                item.items.iter().for_each(|item| declare_foreign(item, hidden));
                continue;
            }
            Item::Use(item) => {
                import(&item.tree, hidden);
                continue;
            }
            _ => continue,
        };
        hidden.push(names::text(name), Kind::Item);
    }
}

fn declare_foreign(item: &ForeignItem, hidden: &mut Hidden) {
    match item {
        ForeignItem::Fn(item) => hidden.push(names::text(&item.sig.ident), Kind::Item),
        ForeignItem::Static(item) => hidden.push(names::text(&item.ident), Kind::Item),
        _ => {}
    }
}

/// Hides what a `use` brings: the last name of each path, or the one behind `as`.
fn import(tree: &UseTree, hidden: &mut Hidden) {
    match tree {
        UseTree::Path(path) => import(&path.tree, hidden),
        UseTree::Name(name) => hidden.push(names::text(&name.ident), Kind::Item),
        UseTree::Rename(rename) => hidden.push(names::text(&rename.rename), Kind::Item),
        UseTree::Glob(_) => hidden.push(String::new(), Kind::Any),
        UseTree::Group(group) => group.items.iter().for_each(|tree| import(tree, hidden)),
    }
}
