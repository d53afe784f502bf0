//! Uses in expressions: what each of them is to the expressions inside of it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, ExprCall, ExprIndex, ExprParen, ExprStruct, Token, UnOp, token};

use super::{Mode, Resolver};

impl Resolver<'_> {
    /// Replaces the uses in an expression whose value is used.
    pub(super) fn value(&mut self, expression: &mut Expr) {
        self.expression(expression, Mode::Value);
    }

    /// Replaces the uses in an operand, which what a macro passed on may be as a whole.
    pub(super) fn operand(&mut self, expression: &mut Expr, mode: Mode) {
        self.expression(expression, mode);
        let Expr::Group(group) = expression else { return };
        if !is_closed(&group.expr) {
            let (attrs, span) = (std::mem::take(&mut group.attrs), group.group_token.span);
            let inside = std::mem::replace(&mut *group.expr, Expr::Verbatim(TokenStream::new()));
            *expression =
                Expr::Paren(ExprParen { attrs, paren_token: token::Paren(span), expr: Box::new(inside) });
        }
    }

    /// Replaces the uses in an expression that is used in this way.
    pub(super) fn expression(&mut self, expression: &mut Expr, mode: Mode) {
        match expression {
            Expr::Path(path) => {
                let replaced = if path.qself.is_none() { self.path(&path.path, mode, false) } else { None };
                if let Some(replaced) = replaced {
                    let attributes = &path.attrs;
                    *expression = Expr::Verbatim(quote!(#(#attributes)* #replaced));
                }
            }
            Expr::Index(index) => {
                if let Some(replaced) = self.index(index, mode) {
                    *expression = Expr::Verbatim(replaced);
                }
            }
            // What is in parentheses is the same place.
            Expr::Paren(inside) => self.expression(&mut inside.expr, mode),
            Expr::Group(inside) => self.expression(&mut inside.expr, mode),
            Expr::Unary(unary) => {
                let mode = match (unary.op, mode) {
                    (UnOp::Deref(_), Mode::Value | Mode::Target) => Mode::Target,
                    (UnOp::Deref(_), Mode::ValueMut | Mode::TargetMut) => Mode::TargetMut,
                    (UnOp::Deref(_), mode) => mode.of_base(),
                    _ => Mode::Value,
                };
                self.operand(&mut unary.expr, mode);
            }
            Expr::Reference(reference) => {
                let mode = if reference.mutability.is_some() { Mode::ValueMut } else { Mode::Borrow };
                self.operand(&mut reference.expr, mode);
            }
            Expr::RawAddr(address) => self.operand(&mut address.expr, Mode::Place),
            Expr::Field(field) => self.operand(&mut field.base, mode.of_base()),
            Expr::MethodCall(call) => {
                self.operand(&mut call.receiver, Mode::Place);
                self.list(&mut call.args);
            }
            Expr::Call(call) => self.call(call),
            Expr::Macro(call) => self.call_of_macro(&mut call.mac),
            Expr::Struct(literal) => self.literal(literal),
            Expr::Assign(assign) => {
                self.operand(&mut assign.left, Mode::Place);
                self.value(&mut assign.right);
            }
            Expr::Binary(binary) => {
                let left = if changes(binary.op) { Mode::Place } else { Mode::Value };
                self.operand(&mut binary.left, left);
                self.operand(&mut binary.right, Mode::Value);
            }
            Expr::Range(range) => {
                let ends = [&mut range.start, &mut range.end];
                ends.into_iter().flatten().for_each(|end| self.operand(end, Mode::Value));
            }
            Expr::Array(array) => self.list(&mut array.elems),
            Expr::Tuple(tuple) => self.list(&mut tuple.elems),
            Expr::Repeat(repeat) => {
                self.value(&mut repeat.expr);
                self.value(&mut repeat.len);
            }
            Expr::Await(future) => self.operand(&mut future.base, Mode::Value),
            Expr::Cast(cast) => self.operand(&mut cast.expr, Mode::Value),
            Expr::Try(try_) => self.operand(&mut try_.expr, Mode::Value),
            Expr::Let(condition) => self.operand(&mut condition.expr, Mode::Value),
            Expr::Break(exit) => exit.expr.iter_mut().for_each(|value| self.value(value)),
            Expr::Return(exit) => exit.expr.iter_mut().for_each(|value| self.value(value)),
            Expr::Yield(exit) => exit.expr.iter_mut().for_each(|value| self.value(value)),
            Expr::If(conditional) => self.conditional(conditional),
            Expr::Match(choice) => {
                self.operand(&mut choice.expr, Mode::Value);
                self.arms(&mut choice.arms);
            }
            Expr::Closure(closure) => self.closure(closure),
            Expr::ForLoop(each) => self.for_loop(each),
            Expr::While(each) => self.while_loop(each),
            Expr::Loop(each) => self.block(&mut each.body),
            Expr::Block(block) => self.block(&mut block.block),
            Expr::Unsafe(block) => self.block(&mut block.block),
            Expr::Async(block) => self.block(&mut block.block),
            Expr::TryBlock(block) => self.block(&mut block.block),
            Expr::Verbatim(tokens) => *tokens = self.tokens(std::mem::take(tokens)),
            // A constant block sees neither inputs nor the outputs of tasks; what is left has nothing inside.
            _ => {}
        }
    }

    fn list(&mut self, expressions: &mut Punctuated<Expr, Token![,]>) {
        expressions.iter_mut().for_each(|expression| self.value(expression));
    }

    /// An expression with brackets behind it: what replaces it, where these choose members of a family.
    fn index(&mut self, index: &mut ExprIndex, mode: Mode) -> Option<TokenStream> {
        let brackets = self.brackets_for(&index.index.to_token_stream()).cloned();
        if let (Some(name), Some(brackets)) = (self.family(&index.expr), &brackets) {
            return Some(self.names.member(name, brackets, mode, &self.hidden));
        }
        self.operand(&mut index.expr, mode.of_base());
        match brackets {
            // The name is hidden.
            Some(brackets) => *index.index = Expr::Verbatim(self.inside(brackets.stream())),
            None => self.value(&mut index.index),
        }
        None
    }

    fn call(&mut self, call: &mut ExprCall) {
        match &mut *call.func {
            Expr::Path(path) if path.qself.is_none() => {
                if let Some(replaced) = self.path(&path.path, Mode::Value, true) {
                    // `inputs.name(…)` would be a method.
                    let at = path.path.span();
                    *call.func = Expr::Verbatim(quote_spanned!(at=> (#replaced)));
                } else {
                    let is_hidden =
                        path.path.get_ident().is_some_and(|name| self.hidden.hides(&name.to_string()));
                    if !is_hidden {
                        self.names.calls(&path.path, &call.args.to_token_stream());
                    }
                }
            }
            function => self.operand(function, Mode::Value),
        }
        self.list(&mut call.args);
    }

    fn literal(&mut self, literal: &mut ExprStruct) {
        for field in &mut literal.fields {
            let is_shorthand = field.colon_token.is_none();
            self.value(&mut field.expr);
            if is_shorthand && matches!(field.expr, Expr::Verbatim(_)) {
                field.colon_token = Some(Token![:](field.member.span()));
            }
        }
        literal.rest.iter_mut().for_each(|rest| self.value(rest));
    }
}

/// Whether an operator changes what is on its left.
fn changes(operator: BinOp) -> bool {
    matches!(
        operator,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

/// Whether an expression needs no parentheses wherever it stands.
fn is_closed(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::Array(_)
            | Expr::Call(_)
            | Expr::Field(_)
            | Expr::Group(_)
            | Expr::Index(_)
            | Expr::Lit(_)
            | Expr::Macro(_)
            | Expr::MethodCall(_)
            | Expr::Paren(_)
            | Expr::Path(_)
            | Expr::Tuple(_)
            | Expr::Verbatim(_)
    )
}
