//! Which dependency each parameter of a task takes.

use syn::{Path, Type};

use crate::diag::Diagnostics;
use crate::names;
use crate::task::function::{From, Parameter};
use crate::task::model::{Dependency, Form, How, Source};
use crate::task::types::{in_option, is_static, is_unsized, ungrouped};

/// Finds the dependency that each parameter takes.
pub(super) struct Binder {
    pub(super) dependencies: Vec<Dependency>,
    /// How many of them are in `depends`.
    listed: usize,
    /// The dependency whose elements the task takes.
    each: Option<Path>,
}

impl Binder {
    pub(super) fn new(depends: Vec<Path>, each: Option<Path>) -> Self {
        let dependencies: Vec<_> = depends.into_iter().map(Dependency::listed).collect();
        Binder { listed: dependencies.len(), dependencies, each }
    }

    pub(super) fn source(&mut self, parameter: &Parameter, diagnostics: &mut Diagnostics) -> Source {
        if matches!(parameter.from, From::Unknown) {
            return Source::Unknown;
        }
        let Some((position, path)) = self.position(parameter, diagnostics) else {
            return Source::Argument;
        };
        let (how, wanted) = match ungrouped(&parameter.ty) {
            // A `&'static T` is a value of its own, not a borrow of the output.
            Type::Reference(reference) if !is_static(reference) => {
                if let Some(token) = &reference.mutability {
                    diagnostics.error(
                        token,
                        "an output is taken by `&` or by value: take it by value to change it, where no other task needs it",
                    );
                }
                (How::Borrow, (*reference.elem).clone())
            }
            ty if is_unsized(ty) => (How::Borrow, ty.clone()),
            ty => (How::Value, ty.clone()),
        };
        let is_element = self.each.as_ref().is_some_and(|each| names::same(each, &path));
        let form = if is_element { Form::Plain } else { form(&parameter.ty) };
        let (how, wanted) = match &form {
            Form::Lent(lent) => (How::Borrow, (**lent).clone()),
            _ => (how, wanted),
        };
        let taken = Some(parameter.ty.clone());
        let position = match position {
            Some(listed) if self.dependencies[listed].how == How::Order => {
                self.dependencies[listed].how = how;
                self.dependencies[listed].taken = taken;
                self.dependencies[listed].form = form;
                listed
            }
            listed => {
                self.dependencies.push(Dependency { path, how, indirect: listed.is_none(), taken, form });
                self.dependencies.len() - 1
            }
        };
        Source::Output(position, Box::new(wanted))
    }

    /// Whether `each` names a dependency. One that can only be missing in `depends` is added to the task.
    pub(super) fn lists(
        &mut self,
        path: &Path,
        parameters: &[Parameter],
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let is_known = |dependency: &Dependency| names::same(&dependency.path, path);
        let is_taken =
            |parameter: &Parameter| matches!(&parameter.from, From::Path(from) if names::same(from, path));
        if self.dependencies.iter().any(is_known) || parameters.iter().any(is_taken) {
            return true;
        }
        let text = names::path_text(path);
        let known: Vec<String> =
            self.dependencies.iter().map(|dependency| names::path_text(&dependency.path)).collect();
        let name = names::text(names::last(path));
        let longer = known.iter().find(|known| known.ends_with(&format!("::{name}")));
        let meant = match longer {
            Some(known) => format!("; did you mean `{known}`?"),
            None => names::did_you_mean(&text, known.iter().map(String::as_str)),
        };
        let is_missing = meant.is_empty();
        let way = if is_missing { format!(": write `depends = [{text}]`, too") } else { meant };
        diagnostics
            .error(path, format!("`{text}` is no dependency, and `each` runs over the output of one{way}"));
        if is_missing {
            self.dependencies.push(Dependency::listed(path.clone()));
            self.listed += 1;
        }
        is_missing
    }

    /// The dependency that `each` names. Nothing more is said of it where an error was reported behind the first `before`.
    pub(super) fn each(&self, path: &Path, before: usize, diagnostics: &mut Diagnostics) -> Option<usize> {
        let text = names::path_text(path);
        let of_path = |dependency: &&Dependency| names::same(&dependency.path, path);
        let mut taken = self
            .dependencies
            .iter()
            .enumerate()
            .filter(|(_, dependency)| dependency.how != How::Order && of_path(dependency));
        if let Some((position, _)) = taken.next() {
            if taken.next().is_none() {
                return Some(position);
            }
            diagnostics.error(
                path,
                format!("two parameters take the output of `{text}`: with `each`, one takes its elements"),
            );
        } else if diagnostics.count() == before {
            let name = names::text(names::last(path));
            diagnostics.error(
                path,
                format!(
                    "no parameter takes the elements of `{text}`: add one that is called `{name}`, or `#[from({text})]` before one"
                ),
            );
        }
        None
    }

    /// The dependency that a parameter takes: its position where it is in `depends`, and its path.
    fn position(
        &self,
        parameter: &Parameter,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Option<usize>, Path)> {
        let listed = || self.dependencies[..self.listed].iter().enumerate();
        if let From::Path(path) = &parameter.from {
            return match listed().find(|(_, dependency)| names::same(&dependency.path, path)) {
                Some((position, _)) => Some((Some(position), path.clone())),
                None => Some((None, path.clone())),
            };
        }
        let name = names::text(&parameter.name);
        let mut named = listed().filter(|(_, dependency)| names::text(names::last(&dependency.path)) == name);
        let (position, first) = named.next()?;
        if let Some((_, second)) = named.next() {
            let (first, second) = (names::path_text(&first.path), names::path_text(&second.path));
            diagnostics.error(
                &parameter.name,
                format!(
                    "`{name}` is the name of two dependencies, `{first}` and `{second}`: say which by `#[from({first})]`"
                ),
            );
        }
        Some((Some(position), first.path.clone()))
    }
}

/// Whether a parameter of this type may take the `Option` of a task with `when`.
fn form(ty: &Type) -> Form {
    let boxed = |ty: &Type| Box::new(ty.clone());
    match ungrouped(ty) {
        Type::Reference(reference) if is_static(reference) || reference.mutability.is_some() => Form::Plain,
        Type::Reference(reference) => match ungrouped(&reference.elem) {
            Type::Slice(slice) => {
                in_option(&slice.elem).map_or(Form::Plain, |member| Form::Members(boxed(member)))
            }
            ty => in_option(ty).map_or(Form::Plain, |output| Form::Borrowed(boxed(output))),
        },
        ty => match in_option(ty).map(|inside| (inside, ungrouped(inside))) {
            None => Form::Plain,
            Some((_, Type::Reference(reference)))
                if !is_static(reference) && reference.mutability.is_none() =>
            {
                Form::Lent(boxed(&reference.elem))
            }
            Some((inside, _)) => Form::Taken(boxed(inside)),
        },
    }
}
