//! The arguments of a line in its key.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use crate::graph::check::holes::{self, condition_number, number};
use crate::graph::check::{Each, Use, Used};
use crate::graph::expand::{Expansion, called, local};
use crate::graph::tokens::is_punct;
use crate::names;

/// What an expression of a line counts by.
enum Counts {
    /// By the value of the expression.
    Value(TokenStream),
    /// By the value of this input, which the expression is.
    Input(usize),
    /// By its tokens, and by what is used in it.
    Tokens(TokenStream),
}

impl Expansion<'_> {
    /// The arguments of a line. Those that count by value are evaluated together, with the types that the call asks for.
    pub(super) fn key_arguments(&self, index: usize) -> TokenStream {
        let (node, call) = (&self.model.graph.nodes[index], &self.model.calls[index]);
        let (i, key, task) = (local("i"), local("key"), &self.tasks[index]);
        let (mut values, mut names, mut given) = (Vec::new(), Vec::new(), Vec::new());
        let mut written = TokenStream::new();
        for (number, argument) in node.arguments.iter().enumerate() {
            let tokens = &argument.tokens;
            let at = site(tokens).resolved_at(Span::call_site());
            let literal = Literal::usize_unsuffixed(number);
            let counts = match argument.each {
                Some(_) => self.each_counts(index),
                None => self.counts(index, &call.arguments[number]),
            };
            let mut passed = quote!(__dag::anything());
            if argument.each.is_some() {
                written.extend(quote!(#key.list();));
            }
            let elements = argument.each.as_ref().and_then(|_| match &counts {
                Counts::Value(value) => Some(quote_spanned!(at=> __dag::elements_of_key(#value, #key);)),
                Counts::Input(input) => {
                    let name = &self.model.graph.inputs[*input].name;
                    Some(quote_spanned!(at=> #i.#name.of_key(#key).elements(#key);))
                }
                Counts::Tokens(_) => None,
            });
            let value = match counts {
                Counts::Value(value) if argument.each.is_none() && !self.is_typed(index, number) => {
                    // With the span of the user's: a mismatch is told of as in the call, and so once.
                    let name = format_ident!("__dag_argument_{number}", span = site(tokens));
                    values.push(value);
                    names.push(name.clone());
                    passed = name.to_token_stream();
                    quote_spanned!(at=> &#name)
                }
                Counts::Value(value) => quote_spanned!(at=> &(#value)),
                Counts::Input(input) => {
                    let name = &self.model.graph.inputs[input].name;
                    // It is lent for as long as the key is written.
                    quote_spanned!(at=> &#i.#name.of_key(#key))
                }
                Counts::Tokens(tokens) => {
                    let (code, uses) = self.counted(index, &tokens);
                    written.extend(quote!(#key.expression(#literal, #code); #uses));
                    given.push(passed);
                    continue;
                }
            };
            given.push(passed);
            written.extend(quote_spanned!(at=> __dag::Argument::<#task, #literal>::HOW.write(#value, #key);));
            written.extend(elements);
        }
        if values.is_empty() {
            return written;
        }
        // As in the call itself: what does not fit there is told of once.
        let method = names::call(names::last(&node.path));
        let mut called = called(task);
        called.set_span(method.span());
        let called = quote_spanned!(method.span()=> #called { bound: __dag::anything() });
        let mut arguments = Group::new(Delimiter::Parenthesis, quote!(#(#given),*));
        arguments.set_span(node.call);
        if values.iter().any(expects_type) {
            // What the call asks for decides what becomes of the parts of a tuple or an array, as in the call itself.
            return quote! {
                (|#(#names),*| {
                    if #key.never() {
                        let _ = #called.#method #arguments;
                        return;
                    }
                    #written
                })(#(#values),*);
            };
        }
        quote! {
            match (#(#values,)*) {
                (#(#names,)*) => {
                    if #key.never() {
                        let _ = #called.#method #arguments;
                        return;
                    }
                    #written
                }
            }
        }
    }

    /// Whether an argument is just an input or an index, perhaps by reference, so that its type is known without the call.
    fn is_typed(&self, index: usize, number: usize) -> bool {
        let tokens: Vec<TokenTree> = self.model.calls[index].arguments[number].clone().into_iter().collect();
        match tokens.as_slice() {
            [TokenTree::Ident(name)] => holes::number(name).is_some() || self.own(index).contains(name),
            [sign, TokenTree::Ident(name)] => is_punct(Some(sign), '&') && holes::number(name).is_some(),
            _ => false,
        }
    }

    /// How an argument counts.
    fn counts(&self, index: usize, argument: &TokenStream) -> Counts {
        let uses = &self.model.calls[index].uses;
        let moved = |input: usize| self.model.moved_inputs[input];
        let mut tokens = argument.clone().into_iter();
        if let (Some(TokenTree::Ident(name)), None) = (tokens.next(), tokens.next()) {
            match number(&name).and_then(|number| uses.get(number)) {
                Some(&Use { of: Used::Input(input), .. }) if moved(input) => return Counts::Input(input),
                _ => {}
            }
        }
        let all_inputs = used(argument).iter().all(|&number| match uses.get(number) {
            Some(&Use { of: Used::Input(input), .. }) => !moved(input) && !self.model.in_place[input],
            _ => false,
        });
        if all_inputs && conditions(argument).is_empty() && !self.uses_pattern(index, argument) {
            return Counts::Value(self.replacer(index).filled(argument));
        }
        Counts::Tokens(argument.clone())
    }

    /// Whether an argument has a name in it that is in a pattern of the condition, where it may be bound.
    fn uses_pattern(&self, index: usize, argument: &TokenStream) -> bool {
        let patterns = self.model.calls[index].when.iter().filter_map(|(pattern, _)| pattern.as_ref());
        let bound: Vec<Ident> =
            patterns.flat_map(|pattern| idents(pattern, &|name| Some(name.clone()))).collect();
        !bound.is_empty() && !idents(argument, &|name| bound.contains(name).then_some(())).is_empty()
    }

    /// How what `each` runs over counts.
    fn each_counts(&self, index: usize) -> Counts {
        match self.model.each[index] {
            Some(Each::Input { whole: Some(input) }) if self.model.moved_inputs[input] => {
                Counts::Input(input)
            }
            Some(Each::Input { whole: Some(input) }) => {
                let (i, name) = (local("i"), &self.model.graph.inputs[input].name);
                Counts::Value(quote!(#i.#name))
            }
            Some(Each::Input { whole: None }) => {
                self.counts(index, &self.model.calls[index].source.clone().unwrap_or_default())
            }
            _ => Counts::Tokens(TokenStream::new()),
        }
    }
}

/// Whether an expression hands on the type that is expected of it to its parts: one in brackets, or a branch.
fn expects_type(tokens: &TokenStream) -> bool {
    let first = tokens.clone().into_iter().find(|token| !is_punct(Some(token), '&'));
    match first {
        Some(TokenTree::Group(group)) => group.delimiter() != Delimiter::None,
        Some(TokenTree::Ident(word)) => word == "if" || word == "match",
        _ => false,
    }
}

/// Where an argument is: at its first token that is no sign, as the `&` of a reference.
fn site(tokens: &TokenStream) -> Span {
    let is_sign = |token: &TokenTree| matches!(token, TokenTree::Punct(_));
    let first = tokens.clone().into_iter().find(|token| !is_sign(token));
    first.map_or_else(Span::call_site, |token| token.span())
}

/// The numbers of the uses in an expression.
fn used(tokens: &TokenStream) -> Vec<usize> {
    idents(tokens, &number)
}

/// The numbers of the conditions in an expression that indices decide.
fn conditions(tokens: &TokenStream) -> Vec<usize> {
    idents(tokens, &condition_number)
}

/// What there is of each name in an expression.
fn idents<T>(tokens: &TokenStream, of: &dyn Fn(&Ident) -> Option<T>) -> Vec<T> {
    let found = tokens.clone().into_iter().flat_map(|token| match token {
        TokenTree::Ident(name) => of(&name).into_iter().collect(),
        TokenTree::Group(group) => idents(&group.stream(), of),
        _ => Vec::new(),
    });
    found.collect()
}
