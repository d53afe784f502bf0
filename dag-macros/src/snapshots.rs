//! What a few small inputs expand to: whoever changes an emitter sees what changes.

use insta::assert_snapshot;
use proc_macro2::TokenStream;

fn tokens(source: &str) -> TokenStream {
    source.parse().expect("tokens")
}

fn pretty(expansion: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(expansion).expect("items"))
}

/// The expansion of `#[task(arguments)]` on `function`.
fn task(arguments: &str, function: &str) -> String {
    pretty(crate::task::expand(tokens(arguments), tokens(function), false))
}

/// The same with the feature `store`.
fn task_with_keys(arguments: &str, function: &str) -> String {
    pretty(crate::task::expand(tokens(arguments), tokens(function), true))
}

/// The expansion of `dag! { graphs }`, which passes on the path of its crate.
fn dag(graphs: &str) -> String {
    let mut input = tokens("dag_runtime");
    input.extend(tokens(graphs));
    pretty(crate::graph::expand(input))
}

#[test]
fn a_task() {
    assert_snapshot!(task(
        "depends = [load, stages::mean, clean], cost = 10",
        "/// How far they are apart.
        pub fn deviation(load: &[f64], mean: f64, scale: f64) -> f64 { body }",
    ));
}

#[test]
fn a_fallible_task_that_moves() {
    assert_snapshot!(task(
        "depends = [load]",
        "fn parse<'a>(#[from(load)] text: String, r#type: &'a str) -> Result<Vec<f64>, ParseError> { body }",
    ));
}

#[test]
fn a_task_for_each_element() {
    assert_snapshot!(task(
        "depends = [stages::files, scale], each = stages::files",
        "fn parse(files: &Path, scale: f64, name: String, text: &str) -> io::Result<Record> { body }",
    ));
    assert_snapshot!(task("depends = [words], each = words", "fn boxed(words: String) -> Box<str> { body }"));
}

#[test]
fn a_task_that_catches() {
    assert_snapshot!(task("catch", "fn parse(text: &str) -> io::Result<Record> { body }"));
}

#[test]
fn a_task_that_is_called_again() {
    assert_snapshot!(task(
        "depends = [load], retry = LIMITS.retries",
        "fn send(load: String, server: &Server) -> io::Result<()> { body }",
    ));
    assert_snapshot!(task(
        "depends = [lines], each = lines, catch, retry = 3",
        "fn send(lines: String) -> io::Result<()> { body }",
    ));
}

#[test]
fn a_task_with_keys() {
    assert_snapshot!(task_with_keys(
        "depends = [load], each = load, uses = [SCALE, stages::helper]",
        r#"fn parse(load: &str, degree: u32, #[key(skip)] client: &Client) -> Record {
            #[cfg(test)]
            let text = include_str!("a.txt");
            body(cfg!(unix), env!("HOME"))
        }"#,
    ));
    assert_snapshot!(task_with_keys("version = 3", "fn fit(degree: u32) -> Model { body }"));
    assert_snapshot!(task_with_keys("volatile", "fn now() -> io::Result<u64> { body }"));
}

#[test]
fn a_task_with_mistakes() {
    assert_snapshot!(task(
        "depends = [load], costs = 3",
        "async fn parse(load: &mut str, (a, b): (u8, u8)) -> &str { body }",
    ));
}

#[test]
fn a_graph() {
    assert_snapshot!(dag("/// Compares two lists.
        pub graph Compare<'a>(left: &'a str, right: String) -> (difference, a) {
            a = load(left),
            b = load(&right),
            difference(mean(&b), &a, stages::scale) after [clean],
            stages::scale,
            /// Another text.
            clean,
        }",));
}

#[test]
fn a_graph_with_moves_and_parameters() {
    assert_snapshot!(dag(
        "graph Generic<T: Sync, const N: usize>(value: T, list: Vec<u8>) -> sorted where T: Copy {
            start(value),
            sorted = sort(list, &mut start),
        }",
    ));
}

#[test]
fn a_graph_with_families() {
    assert_snapshot!(dag("graph Tiles<'a>(a: &'a Matrix) -> (total, tile) {
            tile[i in 0..T, j in 0..=i] = cut(a, if i > 0 && j < i { &tile[i - 1, j] } else { &[] }, i)
                after [start, tile[i, j - 1] if j > 0],
            start,
            total(&tile[T - 1, ..], tile[0, 0], each &start) on a.rank % ranks,
        }"));
}

#[test]
fn a_graph_with_limits() {
    assert_snapshot!(dag("#[limit(connections = max, memory = 4 * GIGABYTES)]
        graph Crawl<'a>[n](urls: &'a [Url], max: usize) -> pages {
            pages[i in 0..n] = fetch(&urls[i]) using [connections, memory = i + n],
            train(&pages) using memory = LARGE,
        }"));
    assert_snapshot!(dag("#[cfg_attr(small, limit(gpu = 1))]
        graph Small { a = f() after [] when true using gpu on 1 }"));
}

#[test]
fn a_graph_that_changes_inputs_in_place() {
    assert_snapshot!(dag("graph Frame<'a>(pos: &'a mut [f64], vel: &'a mut [f64]) -> energy {
            gravity(vel),
            walk(&mut pos[1..], &*vel) after [gravity],
            energy[i in 0..4] = energy(if i > 1 { &vel[i..] } else { &[] }) after [gravity],
        }"));
}

#[test]
fn a_graph_that_keeps_outputs() {
    assert_snapshot!(dag(
        "graph Fit<'a>[n](file: File, degree: u32, state: &'a mut State, seed: u64) -> score {
            read(&file, 4),
            parse(&read, degree + 1) keep,
            part[i in 0..n] = fit(&parse, if i > 0 { &part[i - 1] } else { &[] }, n + i, seed) on i keep,
            score = best(&part[..], each &read) when degree > 1 && read.len() > n keep,
            report(state, &score) after [parse],
        }"
    ));
}

#[test]
fn a_graph_with_mistakes() {
    assert_snapshot!(dag("graph Wrong(path: String) -> (report, missing) {
            load(path),
            load(&path),
            report after [cleaned, load],
            mean[0..3] = mean,
        }",));
}

#[test]
fn sizes_under_conditions() {
    assert_snapshot!(dag("#[cfg_attr(large, checked_at_run)]
        graph Rows[#[cfg(tall)] rows, cells](initial: Vec<f64>) { cell[x in 0..cells] = start(&initial) }"));
}

/// What the compiler has to read and to check.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Size {
    bytes: usize,
    items: usize,
    bodies: usize,
}

impl Size {
    fn of(expansion: TokenStream) -> Self {
        let bytes = expansion.to_string().len();
        let mut size = Size { bytes, ..Size::default() };
        syn::parse2::<syn::File>(expansion).expect("items").items.iter().for_each(|item| size.add(item));
        size
    }

    fn add(&mut self, item: &syn::Item) {
        use syn::{Expr, ImplItem, Item, Stmt};
        self.items += 1;
        match item {
            Item::Fn(_) | Item::Static(_) => self.bodies += 1,
            Item::Const(constant) => {
                self.bodies += 1;
                let Expr::Block(block) = &*constant.expr else { return };
                for statement in &block.block.stmts {
                    if let Stmt::Item(item) = statement {
                        self.add(item);
                    }
                }
            }
            Item::Mod(module) => {
                module.content.iter().flat_map(|(_, items)| items).for_each(|item| self.add(item));
            }
            Item::Impl(item) => {
                self.items += item.items.len();
                let is_body = |item: &&ImplItem| matches!(item, ImplItem::Fn(_) | ImplItem::Const(_));
                self.bodies += item.items.iter().filter(is_body).count();
            }
            _ => {}
        }
    }

    fn at_most(self, bound: Size) {
        let fits = self.bytes <= bound.bytes && self.items <= bound.items && self.bodies <= bound.bodies;
        assert!(fits, "a check takes longer the more there is: {self:?}, and at most {bound:?} is allowed");
    }
}

/// A graph of tasks that have no arguments.
fn list(lines: usize) -> Size {
    let lines: Vec<String> = (0..lines).map(|line| format!("task_{line:03}")).collect();
    let mut input = tokens("dag_runtime");
    input.extend(tokens(&format!("graph List -> task_000 {{ {} }}", lines.join(", "))));
    Size::of(crate::graph::expand(input))
}

#[test]
fn expansions_do_not_grow() {
    let function = "fn mean(load: f64, scale: f64) -> f64 { body }";
    let expansion = crate::task::expand(tokens("depends = [load, scale]"), tokens(function), false);
    Size::of(expansion).at_most(Size { bytes: 1_080, items: 9, bodies: 3 });
}

#[test]
fn lines_do_not_grow() {
    let (some, more) = (list(10), list(110));
    some.at_most(Size { bytes: 10_300, items: 78, bodies: 29 });
    let line = |some: usize, more: usize| (more - some).div_ceil(100);
    let line = Size {
        bytes: line(some.bytes, more.bytes),
        items: line(some.items, more.items),
        bodies: line(some.bodies, more.bodies),
    };
    line.at_most(Size { bytes: 538, items: 5, bodies: 2 });
}
