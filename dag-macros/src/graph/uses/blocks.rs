//! Blocks and what binds names for them.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Arm, BinOp, Block, Expr, ExprClosure, ExprForLoop, ExprIf, ExprWhile, Pat, Stmt};

use super::patterns::{bind, declare};
use super::{Mode, Resolver};

impl Resolver<'_> {
    pub(super) fn block(&mut self, block: &mut Block) {
        self.statements(&mut block.stmts);
    }

    pub(super) fn statements(&mut self, statements: &mut [Stmt]) {
        let outer = self.hidden.len();
        declare(statements, &mut self.hidden);
        for statement in statements {
            match statement {
                Stmt::Local(local) => {
                    if let Some(init) = &mut local.init {
                        self.value(&mut init.expr);
                        if let Some((_, diverge)) = &mut init.diverge {
                            self.value(diverge);
                        }
                    }
                    bind(&local.pat, &mut self.hidden);
                }
                Stmt::Expr(expression, _) => self.value(expression),
                Stmt::Macro(statement) => self.call_of_macro(&mut statement.mac),
                // What is an item sees neither inputs nor the outputs of tasks.
                Stmt::Item(_) => {}
            }
        }
        self.hidden.leave(outer);
    }

    pub(super) fn closure(&mut self, closure: &mut ExprClosure) {
        let outer = self.hidden.len();
        closure.inputs.iter().for_each(|pattern| bind(pattern, &mut self.hidden));
        self.value(&mut closure.body);
        self.hidden.leave(outer);
    }

    pub(super) fn for_loop(&mut self, each: &mut ExprForLoop) {
        self.operand(&mut each.expr, Mode::Value);
        let outer = self.hidden.len();
        bind(&each.pat, &mut self.hidden);
        self.block(&mut each.body);
        self.hidden.leave(outer);
    }

    pub(super) fn while_loop(&mut self, each: &mut ExprWhile) {
        let outer = self.hidden.len();
        self.chain(&mut each.cond);
        self.block(&mut each.body);
        self.hidden.leave(outer);
    }

    pub(super) fn arms(&mut self, arms: &mut [Arm]) {
        for arm in arms {
            let outer = self.hidden.len();
            bind(&arm.pat, &mut self.hidden);
            if let Pat::Guard(pattern) = &mut arm.pat {
                self.chain(&mut pattern.guard);
            }
            self.value(&mut arm.body);
            self.hidden.leave(outer);
        }
    }

    /// An `if` with all its branches. Where indices and constants decide it, the uses in its branches depend on these.
    pub(super) fn conditional(&mut self, conditional: &mut ExprIf) {
        if !has_pattern(&conditional.cond) {
            let condition = self.restored(conditional.cond.to_token_stream());
            if self.names.condition(&condition, &self.hidden) {
                return self.decided(conditional);
            }
        }
        let outer = self.hidden.len();
        self.chain(&mut conditional.cond);
        self.block(&mut conditional.then_branch);
        self.hidden.leave(outer);
        if let Some((_, branch)) = &mut conditional.else_branch {
            self.value(branch);
        }
    }

    fn decided(&mut self, conditional: &mut ExprIf) {
        self.names.enter(true);
        self.block(&mut conditional.then_branch);
        self.names.leave();
        if let Some((_, branch)) = &mut conditional.else_branch {
            self.names.enter(false);
            self.value(branch);
            self.names.leave();
        }
        *conditional.cond = Expr::Verbatim(self.names.decided());
    }

    /// A condition: what a `let` in it binds is known behind its `&&` and in its block.
    pub(super) fn chain(&mut self, condition: &mut Expr) {
        match condition {
            Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
                self.chain(&mut both.left);
                self.chain(&mut both.right);
            }
            Expr::Let(bound) => {
                self.operand(&mut bound.expr, Mode::Value);
                bind(&bound.pat, &mut self.hidden);
            }
            condition => self.operand(condition, Mode::Value),
        }
    }

    /// The name of a family in front of brackets.
    pub(super) fn family<'a>(&self, expression: &'a Expr) -> Option<&'a Ident> {
        match expression {
            Expr::Path(path) if path.qself.is_none() && path.attrs.is_empty() => {
                path.path.get_ident().filter(|name| self.is_family(name))
            }
            Expr::Group(group) => self.family(&group.expr),
            _ => None,
        }
    }
}

/// Whether a condition binds names.
pub(super) fn has_pattern(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(both) => has_pattern(&both.left) || has_pattern(&both.right),
        _ => false,
    }
}
