//! What families with sizes look like for all sizes: their ranges and uses as static data, which the runtime reads when it
//! proves what holds whatever the sizes are.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{BinOp, Expr, UnOp};

use super::Expansion;
use crate::graph::ast::{Bounds, Range};
use crate::graph::check::{Choice, Condition, Line};
use crate::graph::indices::{Code, Coder, Indices, span};
use crate::names;

impl Expansion<'_> {
    /// The `Ranges` of a family, as a constant expression.
    pub(super) fn range_forms(&self, node: usize) -> TokenStream {
        let coder = Coder { own: self.own(node), certain: None };
        let dims = self.model.graph.nodes[node].indices.iter().map(|index| dim(coder, &index.range));
        let names = self.model.graph.nodes[node].indices.iter().map(|index| names::text(&index.name));
        constant(&quote!(Ranges), &quote!(__dag::Ranges { names: &[#(#names),*], dims: &[#(#dims),*] }))
    }

    /// The `UseForm` of a use by a line, as a constant expression.
    pub(super) fn use_form(&self, node: usize, line: &Line) -> TokenStream {
        let own = self.own(node);
        let conditions = line.part.iter().flat_map(|part| &part.conditions);
        let Holding { certain, comparisons } = holding(own, conditions);
        let coder = Coder { own, certain: certain.as_ref() };
        let constant_condition = certain.as_ref().map(|certain| {
            quote!(__dag::Condition {
                left: &[__dag::Op::Number(if #certain { 1 } else { 0 })],
                relation: __dag::Relation::Equal,
                right: &[__dag::Op::Number(1)]
            })
        });
        let comparisons = comparisons.iter().filter_map(|comparison| comparison.condition(coder));
        let conditions: Vec<TokenStream> = constant_condition.into_iter().chain(comparisons).collect();
        let (indices, slice) = match line.part.as_ref().map_or(&Choice::All, |part| &part.choice) {
            Choice::All => (Vec::new(), quote!(__dag::None)),
            Choice::One(chosen) => (codes(coder, chosen), quote!(__dag::None)),
            Choice::Slice(prefix, range) => {
                let dim = dim(coder, range);
                (
                    codes(coder, prefix),
                    quote!(__dag::Some({ const __SLICE: (__dag::Code, __dag::Code) = #dim; __SLICE })),
                )
            }
        };
        constant(
            &quote!(UseForm),
            &quote!(__dag::UseForm { indices: &[#(#indices),*], slice: #slice, conditions: &[#(#conditions),*] }),
        )
    }
}

/// An expression whose references are to constants, wherever it stands.
fn constant(ty: &TokenStream, value: &TokenStream) -> TokenStream {
    quote!({
        #[allow(unused_parens, long_running_const_eval, clippy::all)]
        const __FORM: __dag::#ty = #value;
        __FORM
    })
}

fn codes(coder: Coder<'_>, tokens: &[TokenStream]) -> Vec<Code> {
    tokens.iter().map(|tokens| coder.code(tokens)).collect()
}

/// The start and the exclusive end of a range. What is not written tells nothing.
fn dim(coder: Coder<'_>, range: &Range) -> TokenStream {
    let Some(Bounds { start, end, inclusive }) = &range.bounds else { return quote!((&[], &[])) };
    let code = |tokens: &TokenStream| (!tokens.is_empty()).then(|| coder.code(tokens));
    let end = code(end).map(|end| if *inclusive { end.plus_one() } else { end });
    let [start, end] =
        [code(start), end].map(|code| code.map_or_else(|| quote!(&[]), Code::into_token_stream));
    quote!((#start, #end))
}

/// What holds where a use is made.
#[derive(Default)]
struct Holding {
    /// The constant conditions, as one.
    certain: Option<TokenStream>,
    comparisons: Vec<Comparison>,
}

/// A comparison with an index or a size.
struct Comparison {
    left: Expr,
    relation: Relation,
    right: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

/// What conditions say that is constant or a comparison.
fn holding<'a>(own: Indices<'_>, conditions: impl Iterator<Item = &'a Condition>) -> Holding {
    let mut holding = Holding::default();
    for Condition { tokens, holds, .. } in conditions {
        if let Ok(expression) = syn::parse2::<Expr>(tokens.clone()) {
            holding.add(own, &expression, *holds);
        }
    }
    holding
}

impl Holding {
    /// Adds what follows from an expression that is true, or false.
    fn add(&mut self, own: Indices<'_>, expression: &Expr, holds: bool) {
        let tokens = expression.to_token_stream();
        if own.is_constant(&tokens) {
            let at = span(&tokens);
            let tokens = if holds {
                quote::quote_spanned!(at=> (#tokens))
            } else {
                quote::quote_spanned!(at=> !(#tokens))
            };
            let before = self.certain.take().map(|before| quote!(#before &&));
            self.certain = Some(quote!(#before #tokens));
            return;
        }
        match expression {
            Expr::Paren(inner) => self.add(own, &inner.expr, holds),
            Expr::Group(inner) => self.add(own, &inner.expr, holds),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => self.add(own, &unary.expr, !holds),
            Expr::Binary(both) => {
                let is_joined = matches!((both.op, holds), (BinOp::And(_), true) | (BinOp::Or(_), false));
                if is_joined {
                    self.add(own, &both.left, holds);
                    self.add(own, &both.right, holds);
                } else if let Some(relation) = Relation::of(&both.op) {
                    let relation = if holds { relation } else { relation.opposite() };
                    self.comparisons.push(Comparison {
                        left: (*both.left).clone(),
                        relation,
                        right: (*both.right).clone(),
                    });
                }
            }
            _ => {}
        }
    }
}

impl Comparison {
    /// The `Condition`, where both sides tell something.
    fn condition(&self, coder: Coder<'_>) -> Option<TokenStream> {
        // Else the sides may be no integers.
        if !coder.is_isize(&self.left) && !coder.is_isize(&self.right) {
            return None;
        }
        let (left, right) = (coder.integer(&self.left), coder.integer(&self.right));
        let relation = self.relation;
        (left.is_known() && right.is_known()).then(
            || quote!(__dag::Condition { left: #left, relation: __dag::Relation::#relation, right: #right }),
        )
    }
}

impl Relation {
    fn of(operator: &BinOp) -> Option<Self> {
        Some(match operator {
            BinOp::Lt(_) => Relation::Less,
            BinOp::Le(_) => Relation::LessOrEqual,
            BinOp::Gt(_) => Relation::Greater,
            BinOp::Ge(_) => Relation::GreaterOrEqual,
            BinOp::Eq(_) => Relation::Equal,
            BinOp::Ne(_) => Relation::NotEqual,
            _ => return None,
        })
    }

    /// What holds where it does not.
    fn opposite(self) -> Self {
        match self {
            Relation::Less => Relation::GreaterOrEqual,
            Relation::LessOrEqual => Relation::Greater,
            Relation::Greater => Relation::LessOrEqual,
            Relation::GreaterOrEqual => Relation::Less,
            Relation::Equal => Relation::NotEqual,
            Relation::NotEqual => Relation::Equal,
        }
    }
}

impl ToTokens for Relation {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Relation::Less => quote!(Less),
            Relation::LessOrEqual => quote!(LessOrEqual),
            Relation::Greater => quote!(Greater),
            Relation::GreaterOrEqual => quote!(GreaterOrEqual),
            Relation::Equal => quote!(Equal),
            Relation::NotEqual => quote!(NotEqual),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostics;
    use crate::graph::check::{Model, check};
    use crate::graph::parse;

    /// The nodes of `graph G[m, n](x: f64) { all[i in 0..m, j in i..=n] = f(), a[i in 0..m, j in N] = f(…) }`.
    fn model(argument: &str) -> Model {
        let mut diagnostics = Diagnostics::default();
        let source = format!(
            "graph G[m, n](x: f64) {{ all[i in 0..m, j in i..=n] = f(), a[i in 0..m, j in LIST.all] = f({argument}) }}"
        );
        let mut graphs = parse::parse(source.parse().unwrap(), &mut diagnostics);
        let model = check(graphs.remove(0), &quote!(dag_runtime), &mut diagnostics);
        assert!(diagnostics.is_empty(), "{:?}", diagnostics.messages());
        model
    }

    fn short(tokens: TokenStream) -> String {
        let mut text = tokens.to_string().replace(' ', "");
        for long in ["__dag::", "Op::", "Relation::", "integer!", "bound::constant,"] {
            text = text.replace(long, "");
        }
        text.replace("asisize", "")
    }

    /// The form of the first use in an argument of `a`.
    fn form(argument: &str) -> String {
        let (model, runtime) = (model(argument), quote!(dag_runtime));
        let expansion = Expansion::new(&model, &runtime);
        short(expansion.use_form(1, &model.lines[1][0]))
    }

    #[track_caller]
    fn check_form(argument: &str, indices: &str, slice: &str, conditions: &str) {
        let expected = format!("indices:&[{indices}],slice:{slice},conditions:&[{conditions}]");
        let form = form(argument);
        assert!(form.contains(&expected), "{argument}: {form}");
    }

    fn comparison(left: &str, relation: &str, right: &str) -> String {
        format!("Condition{{left:&[{left}],relation:{relation},right:&[{right}]}}")
    }

    #[test]
    fn ranges_are_starts_and_exclusive_ends() {
        let (model, runtime) = (model("1"), quote!(dag_runtime));
        let expansion = Expansion::new(&model, &runtime);
        let dims = "dims:&[(&[Number((0))],&[Size(0)]),(&[Index(0)],&[Size(1),Number(1),Add])]";
        assert!(short(expansion.range_forms(0)).contains(dims), "{}", short(expansion.range_forms(0)));
        let dims = "dims:&[(&[Number((0))],&[Size(0)]),(&[],&[])]";
        assert!(short(expansion.range_forms(1)).contains(dims), "{}", short(expansion.range_forms(1)));
    }

    #[test]
    fn uses_have_the_codes_of_their_indices() {
        check_form("all[n - i, f(j)]", "&[Size(1),Index(0),Sub],&[Unknown]", "None", "");
        let slice = |start: &str, end: &str| {
            format!("Some({{const__SLICE:(Code,Code)=(&[{start}],&[{end}]);__SLICE}})")
        };
        check_form("&all[i, ..]", "&[Index(0)]", &slice("", ""), "");
        check_form("&all[i, j..=n]", "&[Index(0)]", &slice("Index(1)", "Size(1),Number(1),Add"), "");
        check_form("&all[i, f(j)..]", "&[Index(0)]", &slice("Unknown", ""), "");
        check_form("&all", "", "None", "");
    }

    #[test]
    fn comparisons_hold_where_a_use_is_made() {
        let use_if = |condition: &str| format!("if {condition} {{ &all[i, j] }} else {{ &0 }}");
        let use_else = |condition: &str| format!("if {condition} {{ &0 }} else {{ &all[i, j] }}");
        let check = |argument: String, conditions: &[String]| {
            check_form(&argument, "&[Index(0)],&[Index(1)]", "None", &conditions.join(","));
        };
        let first = comparison("Index(0)", "Greater", "Number((0))");
        let second = comparison("Index(1)", "Less", "Size(1)");
        check(use_if("i > 0 && j < n"), &[first.clone(), second.clone()]);
        check(use_else("i <= 0 || !(j < n)"), &[first.clone(), second.clone()]);
        check(use_if("(i > 0 && f(i)) && !(j >= n || f(j))"), &[first.clone(), second]);
        check(use_if("i > 0 || j < n"), &[]);
        check(use_else("i > 0 && j < n"), &[]);
        // What else is compared may be no integers.
        check(
            use_if("f(i) == Kind::LAST && i as f64 > 0.5 && (i, j) != PAIR && i > 0"),
            std::slice::from_ref(&first),
        );
        let odd = comparison("Index(0),Number((2)),Rem", "NotEqual", "Number(((N)))");
        check(use_else("i % 2 == N"), &[odd]);
        let certain = |condition: &str| {
            comparison(&format!("Number(if{condition}{{1}}else{{0}})"), "Equal", "Number(1)")
        };
        check(use_if("FAST && i > 0 && N != 3"), &[certain("(FAST)&&(N!=3)"), first]);
        check(use_else("FAST"), &[certain("!(FAST)")]);
    }
}
