//! The condition of `when`.

use super::in_place::Clause;
use super::uses::Finder;
use crate::graph::ast::When;
use crate::graph::uses::{Hidden, bind, replace};

impl Finder<'_> {
    /// The names that a condition binds, for the arguments.
    pub(super) fn bound(&self, when: Option<&When>) -> Hidden {
        let mut bound = Hidden::default();
        let patterns = when.into_iter().flat_map(|when| &when.parts).filter_map(|part| part.pattern.as_ref());
        patterns.for_each(|pattern| bind(&pattern.pattern, &mut bound));
        bound
    }

    /// The uses of a condition. Each part knows the names that those before it bind.
    pub(super) fn when(&mut self, when: &When) {
        let mut bound = Hidden::default();
        self.clause = Clause::When;
        self.when = Some(self.lines.len());
        for part in &when.parts {
            let replaced = replace(part.expression.clone(), &bound, self);
            let pattern = part.pattern.as_ref();
            pattern.into_iter().for_each(|pattern| bind(&pattern.pattern, &mut bound));
            self.call.when.push((pattern.map(|pattern| pattern.tokens.clone()), replaced));
        }
        self.clause = Clause::Arguments;
        self.when = None;
    }
}
