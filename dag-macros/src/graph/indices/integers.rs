//! Constants beside an index or a size: what is calculated with an index is calculated as an `isize`, whatever integer type the
//! constant has. Else `i - N` with `const N: usize` would overflow where `i` is smaller, though a range is cut to its family
//! and a condition may well ask for it.

use proc_macro2::{Group, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, UnOp};

use super::{Indices, takes_arguments};
use crate::graph::tokens::is_punct;
use crate::streams::IntoStream as _;

/// What an integer is to be.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// An index inside brackets: an `isize`, that is outside of each family where no `isize` is the same.
    Index,
    /// A bound of a slice, or what an index is calculated with: the nearest `isize`.
    Bound,
    /// A bound of the range of a family's index: the nearest `i128`.
    Limit,
}

impl Indices<'_> {
    /// An expression that is not plain as an integer of this kind.
    pub(super) fn converted(self, kind: Kind, tokens: &TokenStream, replaced: &TokenStream) -> TokenStream {
        let at = span(tokens);
        // Paths, since names alone may be those of indices.
        let arm = match (kind, self.is_constant(tokens)) {
            (Kind::Index, true) => quote!(index::constant),
            (Kind::Index, false) => quote!(index::inferred),
            (Kind::Bound, true) => quote!(bound::constant),
            (Kind::Bound, false) => quote!(bound::inferred),
            (Kind::Limit, true) => quote!(limit::constant),
            (Kind::Limit, false) => quote!(limit::inferred),
        };
        quote_spanned!(at=> __dag::integer!(#arm, (#replaced)))
    }

    /// The expression with each literal that an index or a size shifts as an `isize`. Its default type is `i32`, with which
    /// `1 << i` overflows from `i = 31` on. In the arguments of a function the parameter tells the type.
    pub(super) fn wide_shifts(self, tokens: TokenStream) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is_shifted = |at: usize| {
            let right = tokens.get(at + 3).map(|token| token.to_token_stream());
            is_punct(tokens.get(at + 1), '<')
                && is_punct(tokens.get(at + 2), '<')
                && right.is_some_and(|right| !self.is_constant(&right))
        };
        let wide = |(at, token): (usize, &TokenTree)| match token {
            TokenTree::Group(group) if !takes_arguments(&tokens, at, group) => {
                let mut inside = Group::new(group.delimiter(), self.wide_shifts(group.stream()));
                inside.set_span(group.span());
                TokenTree::Group(inside)
            }
            TokenTree::Literal(literal) if is_shifted(at) && !has_suffix(&token.to_token_stream()) => {
                let text = format!("{literal}isize");
                let mut wide = text.parse::<Literal>().unwrap_or_else(|_| literal.clone());
                wide.set_span(literal.span());
                TokenTree::Literal(wide)
            }
            token => token.clone(),
        };
        tokens.iter().enumerate().map(wide).into_stream()
    }

    /// Whether an expression cannot overflow.
    pub(crate) fn is_safe(self, tokens: &TokenStream) -> bool {
        self.is_plain(tokens) && is_small_sum(tokens)
    }

    /// Whether an expression is made of indices, sizes and of literals without a type.
    pub(crate) fn is_plain(self, tokens: &TokenStream) -> bool {
        self.is_alone(&tokens.clone().into_iter().collect::<Vec<_>>()) && !has_suffix(tokens)
    }
}

/// Whether an expression only adds indices and small literals, which does not overflow.
fn is_small_sum(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().all(|token| match token {
        TokenTree::Group(group) => is_small_sum(&group.stream()),
        TokenTree::Literal(literal) => {
            matches!(syn::Lit::new(literal), syn::Lit::Int(int) if int.base10_parse::<u16>().is_ok())
        }
        TokenTree::Punct(sign) => ['+', '-'].contains(&sign.as_char()),
        TokenTree::Ident(_) => true,
    })
}

/// Where an expression stands.
pub(crate) fn span(tokens: &TokenStream) -> Span {
    tokens.span().resolved_at(Span::call_site())
}

fn has_suffix(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => has_suffix(&group.stream()),
        TokenTree::Literal(literal) => {
            !matches!(syn::Lit::new(literal), syn::Lit::Int(int) if int.suffix().is_empty())
        }
        _ => false,
    })
}

/// The expression with each constant that an index is calculated or compared with as an `isize`. None where there is
/// nothing of the kind, or where it cannot be told.
pub(super) fn signed(own: Indices<'_>, tokens: &TokenStream) -> Option<TokenStream> {
    let mut expression: Expr = syn::parse2(tokens.clone()).ok()?;
    let mut signs = Signs { own, changed: false };
    signs.visit(&mut expression);
    signs.changed.then(|| expression.into_token_stream())
}

struct Signs<'a> {
    own: Indices<'a>,
    changed: bool,
}

impl Signs<'_> {
    /// An expression that may be an integer or a condition.
    fn visit(&mut self, expression: &mut Expr) {
        match expression {
            Expr::Binary(binary) => {
                let [left, right] = [&binary.left, &binary.right].map(|side| self.is_of_index(side));
                let is_shift = matches!(binary.op, BinOp::Shl(_) | BinOp::Shr(_));
                self.side(&mut binary.left, right && !is_shift);
                self.side(&mut binary.right, left && !is_shift);
            }
            Expr::Paren(inner) => self.visit(&mut inner.expr),
            Expr::Group(inner) => self.visit(&mut inner.expr),
            Expr::Unary(unary) if !matches!(unary.op, UnOp::Deref(_)) => self.visit(&mut unary.expr),
            Expr::Range(range) => {
                range.start.iter_mut().chain(&mut range.end).for_each(|bound| self.visit(bound));
            }
            _ => {}
        }
    }

    /// One side of an operator, where the other one is calculated with an index or not.
    fn side(&mut self, side: &mut Expr, beside_index: bool) {
        if self.is_of_index(side) || !beside_index {
            self.visit(side);
        } else if !is_literal(side) {
            let tokens = side.to_token_stream();
            let side_as_isize = self.own.converted(Kind::Bound, &tokens, &tokens);
            *side = Expr::Verbatim(quote!((#side_as_isize)));
            self.changed = true;
        }
    }

    /// Whether an expression is an index or a size, or is calculated with one.
    fn is_of_index(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.own.contains(name)),
            Expr::Paren(inner) => self.is_of_index(&inner.expr),
            Expr::Group(inner) => self.is_of_index(&inner.expr),
            Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && self.is_of_index(&unary.expr),
            Expr::Binary(binary) => {
                is_arithmetic(&binary.op)
                    && (self.is_of_index(&binary.left)
                        || (!matches!(binary.op, BinOp::Shl(_) | BinOp::Shr(_))
                            && self.is_of_index(&binary.right)))
            }
            _ => false,
        }
    }
}

/// A literal takes the type that is beside it.
pub(super) fn is_literal(expression: &Expr) -> bool {
    match expression {
        Expr::Lit(literal) => matches!(&literal.lit, syn::Lit::Int(int) if int.suffix().is_empty()),
        Expr::Paren(inner) => is_literal(&inner.expr),
        Expr::Group(inner) => is_literal(&inner.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_literal(&unary.expr),
        Expr::Binary(binary) => {
            is_arithmetic(&binary.op) && is_literal(&binary.left) && is_literal(&binary.right)
        }
        _ => false,
    }
}

pub(super) fn is_arithmetic(op: &BinOp) -> bool {
    use BinOp::{Add, BitAnd, BitOr, BitXor, Div, Mul, Rem, Shl, Shr, Sub};
    matches!(
        op,
        Add(_) | Sub(_) | Mul(_) | Div(_) | Rem(_) | BitXor(_) | BitAnd(_) | BitOr(_) | Shl(_) | Shr(_)
    )
}
