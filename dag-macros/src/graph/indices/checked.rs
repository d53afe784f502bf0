//! Arithmetic with indices and sizes that tells where it overflows: in the functions that make a table, where a wrapped
//! value would be another index.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{BinOp, Block, Expr, Stmt, UnOp};

use super::integers::{Kind, is_arithmetic, is_literal};
use super::{Indices, Receiver};

/// The local that receives what went wrong.
pub(crate) fn fault() -> Ident {
    Ident::new("__fault", Span::mixed_site())
}

/// Whether an expression tells where it overflows.
pub(crate) fn is_checked(tokens: &TokenStream) -> bool {
    let fault = fault();
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => is_checked(&group.stream()),
        TokenTree::Ident(name) => name == fault,
        _ => false,
    })
}

/// The expression with each operation that may overflow as the call of a function. None where there is no such operation.
pub(super) fn checked(own: Indices<'_>, tokens: &TokenStream, receiver: Receiver) -> Option<TokenStream> {
    let mut expression: Expr = syn::parse2(tokens.clone()).ok()?;
    let mut checks = Checks { own, receiver, changed: false };
    checks.visit(&mut expression);
    checks.changed.then(|| expression.into_token_stream())
}

struct Checks<'a> {
    own: Indices<'a>,
    receiver: Receiver,
    changed: bool,
}

impl Checks<'_> {
    /// An expression that may be an integer or a condition.
    fn visit(&mut self, expression: &mut Expr) {
        if self.own.is_safe(&expression.to_token_stream()) {
            return;
        }
        let operation = self.operation(expression);
        match expression {
            Expr::Binary(binary) => {
                self.visit(&mut binary.left);
                self.visit(&mut binary.right);
            }
            Expr::Paren(inner) => self.visit(&mut inner.expr),
            Expr::Group(inner) => self.visit(&mut inner.expr),
            Expr::Unary(unary) => self.visit(&mut unary.expr),
            Expr::Cast(cast) => self.visit(&mut cast.expr),
            // A method is called on an integer of another type.
            Expr::MethodCall(call) if matches!(self.receiver, Receiver::Isize) => {
                self.visit(&mut call.receiver)
            }
            Expr::If(choice) => {
                self.visit(&mut choice.cond);
                self.block(&mut choice.then_branch);
                if let Some((_, other)) = &mut choice.else_branch {
                    self.visit(other);
                }
            }
            Expr::Block(block) => self.block(&mut block.block),
            _ => {}
        }
        let Some(name) = operation else { return };
        let (function, fault) = (Ident::new(name, Span::call_site()), fault());
        let call = match expression {
            Expr::Binary(binary) => {
                let (left, right) = (&binary.left, self.shift(&binary.op, &binary.right));
                quote!(__dag::checked::#function(#left, #right, &mut #fault))
            }
            Expr::MethodCall(call) => {
                let (left, right) = (&call.receiver, &call.args);
                quote!(__dag::checked::#function(#left, #right, &mut #fault))
            }
            _ => return,
        };
        *expression = Expr::Verbatim(call);
        self.changed = true;
    }

    /// The right side of an operator. That of a shift may be an integer of any type.
    fn shift(&self, operator: &BinOp, right: &Expr) -> TokenStream {
        let tokens = right.to_token_stream();
        let is_shift = matches!(operator, BinOp::Shl(_) | BinOp::Shr(_));
        if is_shift && self.own.is_constant(&tokens) && !is_literal(right) {
            return self.own.converted(Kind::Bound, &tokens, &tokens);
        }
        tokens
    }

    fn block(&mut self, block: &mut Block) {
        if let [Stmt::Expr(value, None)] = block.stmts.as_mut_slice() {
            self.visit(value);
        }
    }

    /// The function in whose place an operation stands, if its value is an integer with an index or a size in it.
    fn operation(&self, expression: &Expr) -> Option<&'static str> {
        let of_index = |expression: &Expr| is_isize(self.own, expression);
        match expression {
            Expr::Binary(binary) => {
                let of_value = of_index(&binary.left);
                match binary.op {
                    BinOp::Shl(_) | BinOp::Shr(_) if !of_value => None,
                    BinOp::Shl(_) => Some("shl"),
                    BinOp::Shr(_) => Some("shr"),
                    _ if !of_value && !of_index(&binary.right) => None,
                    BinOp::Add(_) => Some("add"),
                    BinOp::Sub(_) => Some("sub"),
                    BinOp::Mul(_) => Some("mul"),
                    BinOp::Div(_) => Some("div"),
                    BinOp::Rem(_) => Some("rem"),
                    _ => None,
                }
            }
            Expr::MethodCall(call) if call.method == "pow" && of_index(&call.receiver) => match self.receiver
            {
                Receiver::Isize => Some("pow"),
                Receiver::Usize => Some("pow_usize"),
            },
            _ => None,
        }
    }
}

/// Whether an expression is calculated with an index or a size, or with a literal that is an `isize` as these are.
fn is_isize(own: Indices<'_>, expression: &Expr) -> bool {
    match expression {
        Expr::Path(path) => path.path.get_ident().is_some_and(|name| own.contains(name)),
        Expr::Lit(literal) => matches!(&literal.lit, syn::Lit::Int(int) if int.suffix() == "isize"),
        Expr::Paren(inner) => is_isize(own, &inner.expr),
        Expr::Group(inner) => is_isize(own, &inner.expr),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_isize(own, &unary.expr),
        Expr::Binary(binary) => {
            let is_shift = matches!(binary.op, BinOp::Shl(_) | BinOp::Shr(_));
            is_arithmetic(&binary.op)
                && (is_isize(own, &binary.left) || !is_shift && is_isize(own, &binary.right))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{indices, sizes, tokens};
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        let (sizes, indices) = (sizes(), indices());
        let own = Indices::new(&sizes, &indices).checked();
        let found = own.replace(tokens(source), Receiver::Isize).to_string().replace(' ', "");
        let found = found.replace("__dag::checked::", "").replace(",&mut__fault", "");
        let found = ["k0", "k1", "z0", "z1"]
            .into_iter()
            .fold(found, |found, local| found.replace(&format!("(iftrue{{{local}as_}}else{{0}})"), local));
        assert_eq!(found, expected.replace(' ', ""), "{source}");
    }

    #[test]
    fn sums_of_indices_stay_as_they_are() {
        check("i + j - 1", "k0 + k1 - 1");
        check("i + 1 < n && j > 0", "k0 + 1 < z1 && k1 > 0");
        check("f(i) + N", "f(k0) + N");
    }

    #[test]
    fn what_may_overflow_is_a_call() {
        check("2 * i + 1", "add(mul(2, k0), 1)");
        check("n * m * n", "mul(mul(z1, z0), z1)");
        check("(i + 1) / 2", "div((k0 + 1), 2)");
        check("1 << n", "shl(1isize, z1)");
        check("(1 << n) - 1", "sub((shl(1isize, z1)), 1)");
        check("i >> 2 == 0", "shr(k0, 2) == 0");
        check("i + 70000", "add(k0, 70000)");
        check("n.pow(2)", "pow(z1, 2)");
        check("if n * n > i { i % n } else { 0 }", "if mul(z1, z1) > k0 { rem(k0, z1) } else { 0 }");
        check("i * n > 3 || f(j)", "mul(k0, z1) > 3 || f(k1)");
    }
}
