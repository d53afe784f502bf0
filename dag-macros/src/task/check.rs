//! From what is written to a task: what the attribute and the function say together.

use syn::GenericParam;

use crate::diag::Diagnostics;
use crate::names;
use crate::task::attribute::Attribute;
use crate::task::binder::Binder;
use crate::task::function::Function;
use crate::task::keys;
use crate::task::model::{Each, Output, Task};
use crate::task::output;
use crate::task::types::{find_impl, is_unsized};

/// Checks what the attribute and the function say together.
pub(crate) fn check(
    attribute: Attribute,
    mut function: Function,
    has_keys: bool,
    diagnostics: &mut Diagnostics,
) -> Task {
    let mut keys = keys::keys(&attribute, has_keys, diagnostics);
    signature(&function, diagnostics);
    let output = output::output(&function.signature, diagnostics);
    let catches = attribute.catch.is_some_and(|at| output::is_fallible(&output, CATCH, at, diagnostics));
    // What `catch` needs, `retry` needs, too.
    let is_reported = attribute.catch.is_some() && !catches;
    let retries =
        attribute.retry.clone().filter(|_| !is_reported).and_then(|(at, retries)| {
            output::is_fallible(&output, RETRY, at, diagnostics).then_some(retries)
        });
    let runtime = attribute.runtime();
    for attribute in &attribute.attributes {
        diagnostics.error(attribute, "a dependency takes no attribute but `#[cfg(…)]`");
    }
    let before = diagnostics.count();
    let mut binder = Binder::new(attribute.depends, attribute.each.clone());
    let is_listed =
        attribute.each.as_ref().is_some_and(|path| binder.lists(path, &function.parameters, diagnostics));
    let sources: Vec<_> =
        function.parameters.iter().map(|parameter| binder.source(parameter, diagnostics)).collect();
    let each = attribute.each.map(|path| {
        let dependency = if is_listed { binder.each(&path, before, diagnostics) } else { None };
        Each { path, dependency }
    });
    keys::skipped(&function.parameters, &sources, has_keys, diagnostics);
    if let Some(keys) = &mut keys {
        keys.code = std::mem::take(&mut function.code);
    }
    if attribute.is_unsure {
        // What is left out may be what is missed.
        diagnostics.truncate(before);
    }
    let is_found = |each: &Each| each.dependency.is_some();
    let is_unsure = attribute.is_unsure
        || !each.as_ref().is_none_or(is_found)
        || matches!(output, Output::Wrong | Output::Replaced);
    Task {
        runtime,
        description: description(&function),
        cost: attribute.cost,
        dependencies: binder.dependencies,
        sources,
        each,
        output,
        catches,
        retries,
        keys,
        // Of a parameter without a size rustc tells at the function.
        is_faulty: !diagnostics.is_empty()
            || function.parameters.iter().any(|parameter| is_unsized(&parameter.ty)),
        is_unsure,
        function,
    }
}

/// Reports what makes the function unfit for a task.
fn signature(function: &Function, diagnostics: &mut Diagnostics) {
    let signature = &function.signature;
    if let Some(token) = &signature.asyncness {
        diagnostics.error(
            token,
            "a task cannot be `async`: block on the future in the body, for instance with `block_on` of your runtime",
        );
    }
    if let syn::Safety::Unsafe(token) = &signature.safety {
        diagnostics.error(
            token,
            "a task cannot be `unsafe`, since the graph calls it: put an `unsafe` block in the body",
        );
    }
    if let Some(token) = &signature.variadic {
        diagnostics.error(token, "a task cannot be variadic");
    }
    let generic = signature.generics.params.iter().find(|param| !matches!(param, GenericParam::Lifetime(_)));
    if let Some(param) = generic {
        diagnostics.error(param, GENERIC);
    }
    for parameter in &function.parameters {
        if let Some(token) = find_impl(&parameter.ty) {
            diagnostics.error(token, GENERIC);
        }
    }
}

const GENERIC: &str = "a task cannot be generic: its output has one type; write a task for each type, which calls the generic function";

const CATCH: &str = "`catch` makes an `Err` the output of the task";
const RETRY: &str = "`retry` calls the function again after an `Err`";

/// The text of the doc comment.
fn description(function: &Function) -> String {
    names::description(&function.attributes)
}
