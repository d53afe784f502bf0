//! Constants beside an index: what is calculated with an index is calculated as an `isize`, whatever integer type the
//! constant has. Else `i - N` with `const N: usize` would overflow where `i` is smaller, though a range is cut to its family
//! and a condition may well ask for it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{BinOp, Expr, UnOp};

use super::Indices;

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
            *side = Expr::Verbatim(quote!(((#side) as __dag::isize)));
            self.changed = true;
        }
    }

    /// Whether an expression is an index, or is calculated with one.
    fn is_of_index(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.own.position(name).is_some()),
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
fn is_literal(expression: &Expr) -> bool {
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

fn is_arithmetic(op: &BinOp) -> bool {
    use BinOp::{Add, BitAnd, BitOr, BitXor, Div, Mul, Rem, Shl, Shr, Sub};
    matches!(
        op,
        Add(_) | Sub(_) | Mul(_) | Div(_) | Rem(_) | BitXor(_) | BitAnd(_) | BitOr(_) | Shl(_) | Shr(_)
    )
}
