//! What the attribute says of keys of kept outputs.

use crate::diag::Diagnostics;
use crate::names;
use crate::task::attribute::Attribute;
use crate::task::code::Code;
use crate::task::function::Parameter;
use crate::task::model::{Keys, Source};

/// What the attribute says, checked; the code comes from the function.
pub(super) fn keys(attribute: &Attribute, has_keys: bool, diagnostics: &mut Diagnostics) -> Option<Keys> {
    let version = attribute.version.as_ref().map(|(at, _)| ("version", *at));
    let uses = attribute.uses.as_ref().map(|(at, _)| ("uses", *at));
    let volatile = attribute.volatile.map(|at| ("volatile", at));
    if !has_keys {
        for (word, at) in [version, uses, volatile].into_iter().flatten() {
            diagnostics.error_at(at, needs_store(&format!("`{word}`")));
        }
        return None;
    }
    if volatile.is_some() {
        for (word, at) in [version, uses].into_iter().flatten() {
            let message = format!(
                "a task that is `volatile` runs always and counts by its output, not by its code: leave out `{word}` or `volatile`"
            );
            diagnostics.error_at(at, message);
        }
    } else if let (Some(_), Some((_, at))) = (version, uses) {
        diagnostics.error_at(
            at,
            "with `version`, the code does not count, nor does what it uses: leave out `uses` or `version`",
        );
    }
    Some(Keys {
        code: Code::default(),
        version: attribute.version.as_ref().map(|(_, version)| version.clone()),
        uses: attribute.uses.as_ref().map(|(_, uses)| uses.clone()).unwrap_or_default(),
        volatile: attribute.volatile,
    })
}

/// Reports each `#[key(skip)]` that leaves out nothing.
pub(super) fn skipped(
    parameters: &[Parameter],
    sources: &[Source],
    has_keys: bool,
    diagnostics: &mut Diagnostics,
) {
    for (parameter, source) in parameters.iter().zip(sources) {
        let Some(at) = parameter.skip else { continue };
        if !has_keys {
            diagnostics.error_at(at, needs_store("`#[key(skip)]`"));
        } else if matches!(source, Source::Output(..)) {
            let name = names::text(&parameter.name);
            let message = format!(
                "`#[key(skip)]` leaves an argument out of keys, and `{name}` is the output of a task, which counts by that task's key"
            );
            diagnostics.error_at(at, message);
        }
    }
}

fn needs_store(what: &str) -> String {
    format!("{what} needs the feature `store` of `dag-runtime`: without it, no output is kept")
}
