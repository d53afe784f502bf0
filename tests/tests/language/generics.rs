//! Graphs with lifetimes, type parameters, constants and bounds.

use std::fmt::Debug;
use std::path::Path;

use dag_runtime::{Error, Executor, Graph, Rayon, Serial, Table, dag, task};
use dag_tests::Everywhere;

#[task]
fn length(text: &str) -> usize {
    text.len()
}

#[task]
fn is_there(path: &Path) -> bool {
    path.exists()
}

dag! {
    graph Lifetimes<'a, 'b: 'a>(text: &'a str, path: &'b Path) -> (length, is_there) {
        length(text), is_there(path),
    }

    graph Types<T: AsRef<str> + Send + Sync>(text: T) -> length { length(text.as_ref()) }

    graph Constants<const N: usize>(texts: [&'static str; N]) -> length { length(texts[N - 1]) }

    graph All<'a, T: ?Sized, F, const N: usize>(texts: &'a [Box<T>; N], to_text: F) -> (first, last)
    where
        T: Debug + Sync,
        F: Fn(&T) -> String + Sync,
        Box<T>: Sync,
    {
        first = length(&to_text(&texts[0])),
        last = length(&to_text(&texts[N - 1])),
    }
}

#[test]
fn lifetimes() {
    let text = "text".to_owned();
    let run = Everywhere::new()
        .agree(|executor| Lifetimes { text: &text, path: Path::new("/") }.run(executor).unwrap());
    assert_eq!(run, (4, true));
}

#[test]
fn types() {
    assert_eq!(Everywhere::new().agree(|executor| Types { text: "text" }.run(executor).unwrap()), 4);
    let owned = "a longer text".to_owned();
    assert_eq!(Everywhere::new().agree(|executor| Types { text: owned.clone() }.run(executor).unwrap()), 13);
    assert_eq!(Types::<&str>::TABLE.len(), Types::<String>::TABLE.len());
}

#[test]
fn constants() {
    let run = Everywhere::new().agree(|executor| Constants { texts: ["a", "bc"] }.run(executor).unwrap());
    assert_eq!(run, 2);
}

#[test]
fn all_at_once() {
    let texts = [Box::new(1), Box::new(22), Box::new(333)];
    let to_text = |n: &i32| n.to_string();
    let run = Everywhere::new()
        .agree(|executor| All::<i32, _, 3> { texts: &texts, to_text: &to_text }.run(executor).unwrap());
    assert_eq!(run, (1, 3));
}

#[task]
fn collect(all: &[std::rc::Rc<str>]) -> std::rc::Rc<str> {
    all.concat().into()
}

#[task]
fn part(text: &str) -> std::rc::Rc<str> {
    text.into()
}

dag! {
    // Inputs and outputs that stay on their thread.
    graph Local<'a>(cell: &'a std::cell::Cell<u32>) -> (collect, count) {
        a = part("a"), b = part("b"), collect(&[a, b]), count = next(cell),
    }
}

#[task]
fn next(cell: &std::cell::Cell<u32>) -> u32 {
    cell.replace(cell.get() + 1)
}

#[test]
fn what_cannot_cross_threads_runs_on_serial() {
    let cell = std::cell::Cell::new(5);
    let (text, count) = Local { cell: &cell }.run(&Serial).unwrap();
    assert_eq!((&*text, count, cell.get()), ("ab", 5, 6));
}

/// A run of any graph, with the number of its tasks.
fn any<G: Graph, E: Executor<G> + ?Sized>(graph: G, executor: &E) -> Result<(usize, G::Outputs), Error> {
    Ok((G::TABLE.len(), graph.run(executor)?))
}

/// On a thread pool, if the graph can run on one.
fn on_threads<G: Graph<Outputs: Debug>>(graph: G) -> String
where
    Rayon: Executor<G>,
{
    format!("{:?}", any(graph, &Rayon::with_threads(2).unwrap()).unwrap())
}

/// Graphs with parameters and any kind of output, in functions that are generic over the graph.
#[test]
fn of_any_graph() {
    let text = "text".to_owned();
    let lifetimes = || Lifetimes { text: &text, path: Path::new("/") };
    assert_eq!(any(lifetimes(), &Serial).unwrap(), (2, (4, true)));
    let chosen: [Box<dyn Executor<Lifetimes<'_, '_>>>; 2] = [Box::new(Serial), Box::new(Rayon::new())];
    for executor in chosen {
        assert_eq!(any(lifetimes(), &*executor).unwrap(), (2, (4, true)));
    }
    let texts = [Box::new(1), Box::new(22)];
    let all = || All::<i32, _, 2> { texts: &texts, to_text: |n: &i32| n.to_string() };
    assert_eq!(any(all(), &Serial).unwrap(), (2, (1, 2)));
    assert_eq!(on_threads(all()), "(2, (1, 2))");
    assert_eq!(on_threads(Types { text: "text" }), "(1, 4)");
    assert_eq!(Graph::run(Constants { texts: ["a", "bc"] }, &Serial).unwrap(), 2);
    let first = |table: &'static Table| table.tasks().next();
    assert_eq!(first(<Constants<1> as Graph>::TABLE), first(Constants::<1>::TABLE));
}
