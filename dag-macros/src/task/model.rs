//! A checked task: which parameter takes which output, and how.

use proc_macro2::{Span, TokenStream};
use syn::{Path, Type};

use crate::task::code::Code;
use crate::task::function::Function;

/// A checked task.
pub(crate) struct Task {
    pub(crate) function: Function,
    /// The path of `dag_runtime`.
    pub(crate) runtime: TokenStream,
    pub(crate) description: String,
    pub(crate) cost: Option<TokenStream>,
    pub(crate) dependencies: Vec<Dependency>,
    /// For each parameter, where its value comes from.
    pub(crate) sources: Vec<Source>,
    /// What it runs once for each element of.
    pub(crate) each: Option<Each>,
    pub(crate) output: Output,
    /// Whether an `Err` is the output of the task, and does not end the run.
    pub(crate) catches: bool,
    /// How often the function is called again after an `Err`, if the attribute says so.
    pub(crate) retries: Option<TokenStream>,
    /// What keys of kept outputs need to know, if they are asked for.
    pub(crate) keys: Option<Keys>,
    /// Whether an error was reported: the function is not called then.
    pub(crate) is_faulty: bool,
    /// Whether it is not known what it depends on: nothing is said of what follows from that.
    pub(crate) is_unsure: bool,
}

/// What keys of kept outputs need to know of a function.
pub(crate) struct Keys {
    pub(crate) code: Code,
    /// What counts in place of the code.
    pub(crate) version: Option<TokenStream>,
    /// Constants, and the functions of tasks, that count beside the code.
    pub(crate) uses: Vec<Path>,
    /// Where the attribute says that the task always runs.
    pub(crate) volatile: Option<Span>,
}

/// A dependency, or a further read of one.
pub(crate) struct Dependency {
    pub(crate) path: Path,
    pub(crate) how: How,
    /// Whether it is not in `depends`, and so has to be upstream by other ways.
    pub(crate) indirect: bool,
    /// The type of the parameter that takes the output.
    pub(crate) taken: Option<Type>,
    pub(crate) form: Form,
}

/// Whether a parameter may take the `Option` of a task with `when`, by its type as written.
#[derive(Clone)]
pub(crate) enum Form {
    Plain,
    /// `Option<&W>`, with this `W`.
    Lent(Box<Type>),
    /// `&Option<X>`, with this `X`.
    Borrowed(Box<Type>),
    /// `&[Option<X>]`, with this `X`.
    Members(Box<Type>),
    /// `Option<X>`, with this `X`.
    Taken(Box<Type>),
}

impl Dependency {
    /// As it is in `depends`.
    pub(super) fn listed(path: Path) -> Self {
        Dependency { path, how: How::Order, indirect: false, taken: None, form: Form::Plain }
    }
}

/// The output of a dependency whose elements a task takes one by one.
pub(crate) struct Each {
    /// As the attribute names it.
    pub(crate) path: Path,
    /// The position of the dependency, and of the parameter that takes an element; none where that was
    /// reported as a mistake.
    pub(crate) dependency: Option<usize>,
}

impl Task {
    /// Whether the parameters that take the output of this dependency take an element of it.
    pub(crate) fn takes_elements(&self, position: usize) -> bool {
        self.each.as_ref().is_some_and(|each| each.dependency == Some(position))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Order,
    Borrow,
    Value,
}

/// Where a parameter's value comes from.
pub(crate) enum Source {
    /// The graph's line.
    Argument,
    /// The output of the dependency with this position; the type that the parameter asks for,
    /// behind its reference where it borrows.
    Output(usize, Box<Type>),
    /// A task that is not known, because of an error that was reported.
    Unknown,
}

/// What the function returns.
pub(crate) enum Output {
    Plain(TokenStream),
    Fallible(TokenStream),
    /// A parameter of the function, which is reported where it is declared.
    Unknown,
    /// Nothing that can be an output; the error has been reported.
    Wrong,
    /// Nothing that a function can return either, which is reported in place of what rustc would say.
    Replaced,
}
