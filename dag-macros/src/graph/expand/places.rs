//! Uses of inputs and outputs in the arguments of a line: what stands in the place of their names.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

use super::ranges::{position, positions};
use super::{Expansion, local, slot};
use crate::graph::check::{Choice, Each, Line, LineUse, Meaning, Surroundings};
use crate::graph::uses::{Mode, Names};
use crate::names;
use crate::task::elide;

/// Puts places where the names of inputs and tasks stand.
pub(super) struct Replacer<'a> {
    expansion: &'a Expansion<'a>,
    /// The node.
    index: usize,
    around: Surroundings<'a>,
    lines: &'a [Line],
    /// How many conditions on indices the place is under.
    depth: usize,
    /// The statements that take inputs, and that allow to take outputs.
    pub(super) moved: Vec<TokenStream>,
}

impl Names for Replacer<'_> {
    fn is_known(&self, name: &str, called: bool) -> bool {
        self.around.scope.is_known(name, called)
    }

    fn replace(&mut self, name: &Ident, mode: Mode) -> TokenStream {
        match self.around.scope.meaning(&names::text(name)) {
            Some(Meaning::Input(input)) => self.input(input, name, mode),
            Some(Meaning::Node(node)) if self.expansion.is_family(node) && mode.takes() => {
                anything(name, mode, &quote!(_))
            }
            Some(Meaning::Node(node)) if self.depth > 0 => self.taken_here(node, &Choice::All, name, mode),
            Some(Meaning::Node(node)) => {
                let mut lines = self.lines.iter().filter(|line| line.part.is_none());
                let borrowed = lines.any(|line| line.to == node && line.how == LineUse::Borrow);
                let place = place(node, name.span());
                grouped(if borrowed { quote_spanned!(name.span()=> (*#place)) } else { quote!(#place) }, name)
            }
            // That it is the name of several tasks has been reported.
            Some(Meaning::Ambiguous(_)) => anything(name, mode, &quote!(_)),
            None => name.to_token_stream(),
        }
    }

    fn is_family(&self, name: &str) -> bool {
        self.around.scope.is_family(name)
    }

    fn member(&mut self, name: &Ident, brackets: &Group, mode: Mode, hidden: &[String]) -> TokenStream {
        let Some(Meaning::Node(to)) = self.around.scope.meaning(&names::text(name)) else {
            return name.to_token_stream();
        };
        let Ok(choice) = self.around.choice(to, brackets, mode, hidden) else {
            let task = self.expansion.task(to);
            return anything(name, mode, &quote!(<#task as __dag::Task>::Output));
        };
        self.taken_here(to, &choice, name, mode)
    }

    fn condition(&mut self, condition: &[TokenTree], hidden: &[String]) -> Option<TokenStream> {
        self.around.condition(condition, hidden)
    }

    fn enter(&mut self, _: &[TokenTree], _: bool) {
        self.depth += 1;
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}

impl Expansion<'_> {
    /// What puts places where names stand in the arguments of a line.
    pub(super) fn replacer(&self, index: usize) -> Replacer<'_> {
        Replacer {
            expansion: self,
            index,
            around: self.model.around(index),
            lines: &self.model.lines[index],
            depth: 0,
            moved: Vec::new(),
        }
    }

    /// The place of an output, or of some of a family, or the output itself, with the right to take it.
    fn use_of(
        &self,
        around: Surroundings<'_>,
        to: usize,
        choice: &Choice,
        mode: Mode,
        at: Span,
        once: Option<&Ident>,
    ) -> TokenStream {
        let (take, once) = match once {
            Some(once) => (quote_spanned!(at=> take_once), Some(quote!(, #once))),
            None => (quote_spanned!(at=> take), None),
        };
        let (s, cx, from) = (local("s"), local("cx"), slot(to));
        let own = around.indices();
        match choice {
            Choice::All if self.is_family(to) => quote_spanned!(at=> (*#s.#from.all(#cx))),
            Choice::Slice(prefix, range) => {
                let positions = positions(own, to, prefix, range);
                quote_spanned!(at=> (*#s.#from.slice(#cx, #positions)))
            }
            Choice::All if mode == Mode::Borrow => quote_spanned!(at=> (*#s.#from.get(#cx))),
            Choice::All => {
                let copy = self.is_copy(to);
                quote_spanned!(at=> #s.#from.#take(#cx, #copy #once))
            }
            Choice::One(chosen) => {
                let position = position(own, to, chosen);
                match mode {
                    Mode::Borrow => quote_spanned!(at=> (*#s.#from.get(#cx, #position))),
                    _ => {
                        let copy = self.is_copy(to);
                        quote_spanned!(at=> #s.#from.#take(#cx, #position, #copy #once))
                    }
                }
            }
        }
    }

    /// The call for each element of an output.
    pub(super) fn each(&self, index: usize, each: Each, call: &TokenStream) -> TokenStream {
        let (s, cx, element, sink) = (local("s"), local("cx"), local("element"), local("sink"));
        let around = self.model.around(index);
        let line = &self.model.lines[index][each.line];
        let at = line.site.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
        let at = at.resolved_at(Span::call_site());
        let choice = line.part.as_ref().map_or(&Choice::All, |part| &part.choice);
        let (task, from) = (&self.tasks[index], self.source(line));
        let once = quote_spanned!(at=> const _: () = __dag::each_once(<#task as __dag::Task>::EACH););
        if !each.by_value {
            let source = self.use_of(around, line.to, choice, Mode::Borrow, at, None);
            return quote_spanned!(at=> {
                #once
                __dag::each::<#task, #from, _, _, _>(#cx, &#source, |#element, #sink| #call)
            });
        }
        let (slot, copy) = (slot(line.to), self.is_copied(index, line));
        let (get, take) = match choice {
            Choice::One(chosen) => {
                let position = position(around.indices(), line.to, chosen);
                (quote!(get(#cx, #position)), quote!(take(#cx, #position, false)))
            }
            _ if self.is_family(line.to) => (quote!(all(#cx)), quote!(take_all(#cx))),
            _ => (quote!(get(#cx)), quote!(take(#cx, false))),
        };
        quote_spanned!(at=> {
            #once
            __dag::each_value::<#task, #from, _, _>(#cx, #copy, || #s.#slot.#get, || #s.#slot.#take, |#element, #sink| #call)
        })
    }
}

impl Replacer<'_> {
    /// A use of a member, or of a whole line under a condition: it is taken where it stands.
    fn taken_here(&mut self, node: usize, choice: &Choice, name: &Ident, mode: Mode) -> TokenStream {
        let by_value = match choice {
            Choice::All => !self.expansion.is_family(node) && mode != Mode::Borrow,
            Choice::One(_) => mode != Mode::Borrow,
            Choice::Slice(..) => false,
        };
        // Where the task runs for each element, the report on moves says that it takes the output each time.
        let once = (by_value && self.expansion.model.each[self.index].is_none()).then(|| {
            let mut once = format_ident!("o{}", self.moved.len(), span = Span::mixed_site());
            self.moved.push(quote!(let #once = __dag::Once::new();));
            once.set_span(once.span().located_at(name.span()));
            once
        });
        grouped(self.expansion.use_of(self.around, node, choice, mode, name.span(), once.as_ref()), name)
    }

    fn input(&mut self, input: usize, name: &Ident, mode: Mode) -> TokenStream {
        let mut i = local("i");
        i.set_span(i.span().located_at(name.span()));
        if !self.expansion.model.moved_inputs[input] {
            return grouped(quote_spanned!(name.span()=> #i.#name), name);
        }
        let place = Ident::new(&format!("i{input}"), Span::mixed_site().located_at(name.span()));
        let mutable = (mode == Mode::ValueMut).then(|| quote!(mut));
        let cx = local("cx");
        let ty = &self.expansion.model.graph.inputs[input].ty;
        self.moved.push(self.taken_once(ty, name));
        let is = quote!(__dag::IsClone::<#ty>);
        self.moved.push(quote!(let #mutable #place = #i.#name.take(#cx, #is::VALUE, #is::SHARED);));
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
            __dag::taken_once(#each || <#task as __dag::Task>::EACH, __dag::IsClone::<#ty>::VALUE.is_some())
        };
        // What is an item can not name the parameters of the graph; what is none is evaluated late.
        if generics.params.len() == lifetimes.len() {
            quote!(const _: () = #check;)
        } else {
            quote!(const { #check };)
        }
    }
}

/// What stands in the place of a use that has been reported as a mistake: a value of any type, or of this one
/// where what is behind it can not tell.
fn anything(name: &Ident, mode: Mode, ty: &TokenStream) -> TokenStream {
    let value = match mode {
        Mode::Borrow => quote_spanned!(name.span()=> (*__dag::anything::<&_>())),
        Mode::Place => quote_spanned!(name.span()=> __dag::anything::<#ty>()),
        Mode::Value | Mode::ValueMut => quote_spanned!(name.span()=> __dag::anything()),
    };
    grouped(value, name)
}

/// The tokens as one expression, at the place of a name.
fn grouped(tokens: TokenStream, name: &Ident) -> TokenStream {
    let mut group = Group::new(Delimiter::None, tokens);
    group.set_span(name.span());
    TokenTree::Group(group).into()
}

/// The local that a node's output is bound to.
pub(super) fn place(node: usize, at: Span) -> Ident {
    format_ident!("t{node}", span = Span::mixed_site().located_at(at))
}
