//! Uses of inputs and outputs in the arguments of a line: what stands in the place of their names.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

use super::reads::place_local;
use super::{Expansion, local, slot};
use crate::graph::check::holes::filled;
use crate::graph::check::{Choice, Each, Line, LineUse, Use, Used};
use crate::graph::uses::Mode;
use crate::task::elide;

/// Puts places where the names of inputs and tasks stood.
pub(super) struct Replacer<'a> {
    expansion: &'a Expansion<'a>,
    /// The node.
    index: usize,
    /// The uses that the holes of the expressions stand for.
    uses: &'a [Use],
    /// The statements that take inputs.
    pub(super) moved: Vec<TokenStream>,
}

impl Replacer<'_> {
    /// The expression with its uses.
    pub(super) fn filled(&mut self, expression: &TokenStream) -> TokenStream {
        let uses = self.uses;
        filled(expression.clone(), &mut |number| match uses.get(number) {
            Some(used) => self.used(used),
            None => TokenStream::new(),
        })
    }

    fn used(&mut self, Use { name, mode, of }: &Use) -> TokenStream {
        let (expansion, at) = (self.expansion, name.span());
        match *of {
            Used::Input(input) => self.input(input, name, *mode),
            Used::Whole(node) => {
                let mut lines = expansion.model.lines[self.index]
                    .iter()
                    .filter(|line| line.part.is_none() && !line.beside);
                let borrowed = lines.any(|line| line.to == node && line.how == LineUse::Borrow);
                let place = expansion.place(node, at);
                grouped(if borrowed { quote_spanned!(at=> (*#place)) } else { quote!(#place) }, name)
            }
            Used::Part(number) => grouped(expansion.place_of_part(self.index, number, at), name),
            Used::Mistake(Some(family)) => {
                let task = expansion.task(family);
                anything(name, *mode, &quote!(<#task as __dag::Task>::Output))
            }
            Used::Mistake(None) => anything(name, *mode, &quote!(_)),
        }
    }
}

impl Expansion<'_> {
    /// What puts places where names stood in the expressions of a line.
    pub(super) fn replacer(&self, index: usize) -> Replacer<'_> {
        Replacer { expansion: self, index, uses: &self.model.calls[index].uses, moved: Vec::new() }
    }

    /// What puts inputs that are not moved where their names stood, in an expression that belongs to no line.
    pub(super) fn input_replacer<'a>(&'a self, uses: &'a [Use]) -> Replacer<'a> {
        Replacer { expansion: self, index: 0, uses, moved: Vec::new() }
    }

    /// The local that a node's output is bound to. rustc names it where the output is to be changed.
    pub(super) fn place(&self, node: usize, at: Span) -> Ident {
        format_ident!("{}", self.places[node], span = Span::mixed_site().located_at(at))
    }

    /// The output that a node takes by value from a line as a whole.
    pub(super) fn taken(&self, index: usize, line: &Line) -> TokenStream {
        let (s, cx, from, copy) = (local("s"), local("cx"), slot(line.to), self.is_copy(line.to));
        if self.model.each[index].is_some() {
            return quote!(#s.#from.take(#cx, #copy));
        }
        let at = line.site.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
        let at = at.resolved_at(Span::call_site());
        let again = self.takes_again(index, at);
        quote_spanned!(at=> __dag::Slot::take_for::<#again>(&#s.#from, #cx, #copy))
    }

    /// The task of a node, and whether it takes its values again for each attempt. What does not compile is reported at
    /// this place.
    pub(super) fn takes_again(&self, index: usize, at: Span) -> TokenStream {
        let mut task = self.tasks[index].clone();
        task.set_span(task.span().located_at(at));
        quote_spanned!(at=> #task, { <#task as __dag::Task>::RETRIES != 0 })
    }

    /// The call for each element of an output.
    pub(super) fn each(&self, index: usize, each: Each, call: &TokenStream) -> TokenStream {
        let (s, cx, element, sink) = (local("s"), local("cx"), local("element"), local("sink"));
        let (number, by_value) = match each {
            Each::Output { line, by_value } => (line, by_value),
            Each::Input { whole } => return self.each_of_input(index, whole, call),
        };
        let line = &self.model.lines[index][number];
        let at = line.site.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
        let at = at.resolved_at(Span::call_site());
        let choice = line.part.as_ref().map_or(&Choice::All, |part| &part.choice);
        let (task, from) = (&self.tasks[index], self.source(line));
        let once = quote_spanned!(at=> const __ONCE: () = __dag::each_once(<#task as __dag::Task>::EACH););
        if !by_value {
            let source = self.read(number, line, at);
            return quote_spanned!(at=> {
                #once
                __dag::each::<#task, #from, _, _, _>(#cx, #source, |#element, #sink| #call)
            });
        }
        let (slot, copy) = (slot(line.to), self.is_copied(index, line));
        let (get, take) = match choice {
            Choice::One(_) => {
                let position = place_local(number, Span::call_site());
                (quote!(get(#cx, #position)), quote!(take(#cx, #position, false)))
            }
            _ if self.is_family(line.to) => (quote!(all(#cx)), quote!(take_all(#cx))),
            _ => (quote!(get(#cx)), quote!(take(#cx, false))),
        };
        quote_spanned!(at=> {
            #once
            __dag::each_value::<#task, #from, _, _, { <#task as __dag::Task>::RETRIES != 0 }>(#cx, #copy, || #s.#slot.#get, || #s.#slot.#take, |#element, #sink| #call)
        })
    }
}

impl Expansion<'_> {
    /// The call for each element of an expression of inputs.
    fn each_of_input(&self, index: usize, whole: Option<usize>, call: &TokenStream) -> TokenStream {
        let (i, cx, element, sink) = (local("i"), local("cx"), local("element"), local("sink"));
        let task = &self.tasks[index];
        let written = self.model.graph.nodes[index].arguments.iter().find(|argument| argument.each.is_some());
        let first = written.and_then(|argument| argument.tokens.clone().into_iter().next());
        let at = first.map_or_else(Span::call_site, |token| token.span()).resolved_at(Span::call_site());
        let once = quote_spanned!(at=> const __ONCE: () = __dag::each_once(<#task as __dag::Task>::EACH););
        let name = whole.map(|input| &self.model.graph.inputs[input].name);
        let source = match (name, &self.model.calls[index].source) {
            (Some(name), _) if whole.is_some_and(|input| self.is_run_over(input)) => {
                return quote_spanned!(at=> {
                    #once
                    __dag::each_kept::<#task, _, _, { <#task as __dag::Task>::RETRIES != 0 }>(#cx, &#i.#name, |#element, #sink| #call)
                });
            }
            (Some(name), _) => quote_spanned!(at=> #i.#name),
            (None, source) => self.replacer(index).filled(&source.clone().unwrap_or_default()),
        };
        quote_spanned!(at=> {
            #once
            __dag::each_input::<#task, _, _>(#cx, #source, |#element, #sink| #call)
        })
    }

    /// Whether one node runs over the elements of an input, and takes them by value where it owns them.
    pub(super) fn is_run_over(&self, input: usize) -> bool {
        let runs =
            |each: &Option<Each>| matches!(each, Some(Each::Input { whole: Some(whole) }) if *whole == input);
        self.model.moved_inputs[input] && self.model.each.iter().any(runs)
    }
}

impl Replacer<'_> {
    fn input(&mut self, input: usize, name: &Ident, mode: Mode) -> TokenStream {
        let mut i = local("i");
        i.set_span(i.span().located_at(name.span()));
        if self.expansion.model.in_place[input] {
            return grouped(self.expansion.place_of_input(self.index, input, name, mode), name);
        }
        if !self.expansion.model.moved_inputs[input] {
            return grouped(quote_spanned!(name.span()=> #i.#name), name);
        }
        let place = Ident::new(&format!("i{input}"), Span::mixed_site().located_at(name.span()));
        let mutable = (mode == Mode::ValueMut).then(|| quote!(mut));
        let cx = local("cx");
        let ty = &self.expansion.model.graph.inputs[input].ty;
        self.moved.push(self.taken_once(ty, name));
        let is = quote!(__dag::IsClone::<#ty>);
        let take = match self.expansion.model.each[self.index] {
            Some(_) => quote!(take),
            None => {
                let task = &self.expansion.tasks[self.index];
                quote!(take_for::<#task>)
            }
        };
        self.moved.push(quote!(let #mutable #place = #i.#name.#take(#cx, #is::VALUE, #is::SHARED);));
        grouped(quote!(#place), name)
    }

    /// The check that an input of this type can be taken by the task of the node: one that runs once for each element of an
    /// output takes it each time.
    fn taken_once(&self, ty: &Type, name: &Ident) -> TokenStream {
        let Expansion { model, tasks, .. } = self.expansion;
        let generics = &model.graph.generics;
        let lifetimes: Vec<&Ident> =
            generics.lifetimes().map(|parameter| &parameter.lifetime.ident).collect();
        let (task, each) = (&tasks[self.index], model.each[self.index].is_some());
        let ty = elide(&lifetimes, ty.to_token_stream());
        let check = quote_spanned! {name.span().resolved_at(Span::call_site())=>
            __dag::taken_once::<#task>(#each, __dag::IsClone::<#ty>::VALUE.is_some())
        };
        // What is an item cannot name the parameters of the graph; what is none is evaluated late.
        if generics.params.len() == lifetimes.len() {
            // With a name, since `_` counts as a use of all that it names.
            let once = format_ident!("__ONCE{}", self.moved.len(), span = Span::mixed_site());
            quote!(const #once: () = #check;)
        } else {
            quote!(const { #check };)
        }
    }
}

/// What stands in the place of a use that has been reported as a mistake: a value of any type, or of this one
/// where what is behind it cannot tell.
fn anything(name: &Ident, mode: Mode, ty: &TokenStream) -> TokenStream {
    let value = match mode {
        Mode::Borrow => quote_spanned!(name.span()=> (*__dag::anything::<&_>())),
        Mode::Place | Mode::PlaceMut => quote_spanned!(name.span()=> __dag::anything::<#ty>()),
        Mode::Value | Mode::ValueMut | Mode::Target | Mode::TargetMut => {
            quote_spanned!(name.span()=> __dag::anything())
        }
    };
    grouped(value, name)
}

/// The tokens as one expression, at the place of a name.
fn grouped(tokens: TokenStream, name: &Ident) -> TokenStream {
    let mut group = Group::new(Delimiter::None, tokens);
    group.set_span(name.span());
    TokenTree::Group(group).into()
}
