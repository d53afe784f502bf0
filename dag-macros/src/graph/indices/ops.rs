//! Expressions over indices and sizes as the steps in postfix order that the runtime reads when it proves what holds for all
//! sizes.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{BinOp, Expr, ExprBinary, Type, UnOp};

use super::{Indices, Kind};

/// One step, as `dag_runtime` has it.
#[derive(Clone)]
enum Step {
    Index(usize),
    Size(usize),
    Number(TokenStream),
    /// What the steps before it give, calculated.
    Operator(&'static str),
    Unknown,
}

/// The steps of an expression.
#[derive(Clone)]
pub(crate) struct Code(Vec<Step>);

impl Code {
    /// Whether they tell anything of the expression.
    pub(crate) fn is_known(&self) -> bool {
        !matches!(self.0.as_slice(), [Step::Unknown])
    }

    /// The number behind the value, as the exclusive end of a range is behind its last value.
    pub(crate) fn plus_one(mut self) -> Self {
        if self.is_known() {
            self.0.extend([Step::Number(quote!(1)), Step::Operator("Add")]);
        }
        self
    }

    fn unknown() -> Self {
        Code(vec![Step::Unknown])
    }
}

impl ToTokens for Code {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let steps = &self.0;
        tokens.extend(quote!(&[#(#steps),*]));
    }
}

impl ToTokens for Step {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Step::Index(position) => {
                let position = Literal::usize_unsuffixed(*position);
                quote!(__dag::Op::Index(#position))
            }
            Step::Size(number) => {
                let number = Literal::usize_unsuffixed(*number);
                quote!(__dag::Op::Size(#number))
            }
            Step::Number(value) => quote!(__dag::Op::Number(#value)),
            Step::Operator(name) => {
                let name = Ident::new(name, Span::call_site());
                quote!(__dag::Op::#name)
            }
            Step::Unknown => quote!(__dag::Op::Unknown),
        });
    }
}

/// Reads expressions as codes.
#[derive(Clone, Copy)]
pub(crate) struct Coder<'a> {
    pub(crate) own: Indices<'a>,
    /// A constant condition: only where it holds, constants can be evaluated.
    pub(crate) certain: Option<&'a TokenStream>,
}

impl Coder<'_> {
    /// The steps of an expression that is an integer.
    pub(crate) fn code(self, tokens: &TokenStream) -> Code {
        syn::parse2(tokens.clone()).map_or_else(|_| Code::unknown(), |expression| self.integer(&expression))
    }

    pub(crate) fn integer(self, expression: &Expr) -> Code {
        let tokens = expression.to_token_stream();
        if self.own.is_constant(&tokens) {
            return Code(vec![Step::Number(self.number(&tokens))]);
        }
        match expression {
            Expr::Paren(inner) => self.integer(&inner.expr),
            Expr::Group(inner) => self.integer(&inner.expr),
            Expr::Path(path) => path.path.get_ident().map_or_else(Code::unknown, |name| self.name(name)),
            Expr::Cast(cast) if is_wide(&cast.ty) => self.integer(&cast.expr),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
                let mut code = self.integer(&unary.expr);
                if code.is_known() {
                    code.0.push(Step::Operator("Neg"));
                }
                code
            }
            Expr::Binary(binary) => self.binary(binary).unwrap_or_else(Code::unknown),
            _ => Code::unknown(),
        }
    }

    fn name(self, name: &Ident) -> Code {
        match (self.own.position(name), self.own.size(name)) {
            (Some(position), _) => Code(vec![Step::Index(position)]),
            (None, Some(number)) => Code(vec![Step::Size(number)]),
            (None, None) => Code::unknown(),
        }
    }

    fn binary(self, binary: &ExprBinary) -> Option<Code> {
        let operator = match binary.op {
            BinOp::Add(_) => "Add",
            BinOp::Sub(_) => "Sub",
            BinOp::Mul(_) => "Mul",
            BinOp::Div(_) => "Div",
            BinOp::Rem(_) => "Rem",
            BinOp::Shl(_) => "Shl",
            BinOp::Shr(_) => "Shr",
            _ => return None,
        };
        // Else its type is not known, which may be a narrow one, or no integer at all.
        if !self.is_isize(&Expr::Binary(binary.clone())) {
            return None;
        }
        let (mut code, right) = (self.integer(&binary.left), self.integer(&binary.right));
        if code.is_known() || right.is_known() {
            code.0.extend(right.0);
            code.0.push(Step::Operator(operator));
        }
        Some(code)
    }

    /// Whether an expression is calculated with an index or a size, as an integer that is as wide as these.
    pub(crate) fn is_isize(self, expression: &Expr) -> bool {
        match expression {
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.own.contains(name)),
            Expr::Paren(inner) => self.is_isize(&inner.expr),
            Expr::Group(inner) => self.is_isize(&inner.expr),
            Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && self.is_isize(&unary.expr),
            Expr::Cast(cast) => is_wide(&cast.ty),
            Expr::Binary(binary) => match binary.op {
                // A literal is as wide where an index or a size shifts it.
                BinOp::Shl(_) => self.is_isize(&binary.left) || is_literal(&binary.left),
                BinOp::Shr(_) => self.is_isize(&binary.left),
                op => {
                    super::integers::is_arithmetic(&op)
                        && (self.is_isize(&binary.left) || self.is_isize(&binary.right))
                }
            },
            _ => false,
        }
    }

    /// A constant as the nearest `isize`.
    fn number(self, tokens: &TokenStream) -> TokenStream {
        let number = self.own.integer(Kind::Bound, tokens);
        match self.certain {
            Some(certain) if !self.own.is_plain(tokens) => quote!(if #certain { #number } else { 0 }),
            _ => number,
        }
    }
}

/// Whether an expression is one literal without a type.
fn is_literal(expression: &Expr) -> bool {
    matches!(expression, Expr::Lit(literal) if matches!(&literal.lit, syn::Lit::Int(int) if int.suffix().is_empty()))
}

/// Whether a type holds all values of an index.
fn is_wide(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.qself.is_none() && ["isize", "i64", "i128"].iter().any(|wide| path.path.is_ident(wide))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{indices, sizes, tokens};
    use super::*;

    /// The steps without their paths.
    fn steps(source: &str) -> String {
        let (sizes, indices) = (sizes(), indices());
        let coder = Coder { own: Indices::new(&sizes, &indices), certain: None };
        let code = coder.code(&tokens(source)).into_token_stream().to_string();
        let code =
            code.replace("__dag :: Op :: ", "").replace("__dag :: integer ! (bound :: constant , ", "(");
        code.replace(" as __dag :: isize", "").replace(' ', "")
    }

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(steps(source), format!("&[{}]", expected.replace(' ', "")), "{source}");
    }

    #[test]
    fn steps_are_in_postfix_order() {
        check("i", "Index(0)");
        check("n - 1", "Size(1), Number((1)), Sub");
        check("i + 2 * (j - m)", "Index(0), Number((2)), Index(1), Size(0), Sub, Mul, Add");
        check("-i / 2 % 3", "Index(0), Neg, Number((2)), Div, Number((3)), Rem");
        check("(i << 1) + (n >> 2)", "Index(0), Number((1)), Shl, Size(1), Number((2)), Shr, Add");
        check("1 << i", "Number((1)), Index(0), Shl");
        check("i as isize - (j as i64) + n as i128", "Index(0), Index(1), Sub, Size(1), Add");
    }

    #[test]
    fn constants_are_numbers_as_a_whole() {
        check("3", "Number((3))");
        check("N - 1", "Number(((N-1)))");
        check("i + (2 * N - 1)", "Index(0), Number((((2*N-1)))), Add");
        check("LENGTHS[2].max(3) - i", "Number(((LENGTHS[2].max(3)))), Index(0), Sub");
        check("i - N + 1u8", "Index(0), Number(((N))), Sub, Number(((1u8))), Add");
        check("N as usize", "Number(((Nasusize)))");
    }

    #[test]
    fn what_cannot_be_told_is_unknown() {
        for source in [
            "f(i)",
            "i.abs()",
            "i as usize + 1",
            "i as f64 * 0.5",
            "if i > 0 { i } else { 0 }",
            "LIST[i]",
            "i ^ 1",
            "(i, 1)",
            "i == 1",
            "i +",
            // The type of the literal may be one of 32 bits.
            "1 >> i",
            "N << i",
            "f(i) + 0.5",
        ] {
            check(source, "Unknown");
        }
        check("i - f(j)", "Index(0), Unknown, Sub");
        check("(i & 3) + N", "Unknown, Number(((N))), Add");
    }

    #[test]
    fn constants_are_evaluated_only_where_they_are_used() {
        let (indices, certain) = (indices(), quote!(N > 0));
        let coder = Coder { own: Indices::new(&[], &indices), certain: Some(&certain) };
        let code = coder.code(&tokens("i - LIST[N - 1] + 1")).into_token_stream().to_string();
        let number = "if N > 0 { __dag :: integer ! (bound :: constant , (LIST [N - 1])) } else { 0 }";
        assert!(code.contains(number) && code.contains("Number ((1) as __dag :: isize)"), "{code}");
    }
}
