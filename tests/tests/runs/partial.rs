//! `run_partial` returns the outputs that are there, whatever happens. All others are dropped once.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use dag_runtime::{
    Error, Executor, Graph, Observer, Partial, Rayon, RunEvent, RunSummary, Serial, Stop, TaskEvent, dag,
    task,
};
use dag_tests::{Everywhere, pool};

/// What happens at one task, or one element of it.
#[derive(Clone, Debug)]
enum End {
    Success,
    Error,
    Panic,
    Stop(Stop),
}

/// How often outputs were made and dropped, and where a run ends.
struct Book {
    at: String,
    end: End,
    made: Mutex<Vec<String>>,
    dropped: AtomicUsize,
}

impl Book {
    fn new(at: &str, end: End) -> Arc<Self> {
        Arc::new(Book { at: at.into(), end, made: Mutex::default(), dropped: AtomicUsize::new(0) })
    }

    /// Called by each task and each element.
    fn visit(&self, name: &str) -> Result<(), String> {
        match &self.end {
            _ if self.at != name => {}
            End::Success => {}
            End::Error => return Err("told to".into()),
            End::Panic => resume_unwind(Box::new("told to")),
            End::Stop(stop) => stop.stop(),
        }
        self.made.lock().unwrap().push(name.into());
        Ok(())
    }

    fn token(self: &Arc<Self>, name: &str) -> Result<Token, String> {
        self.visit(name)?;
        Ok(Token { name: name.into(), book: Arc::clone(self) })
    }

    fn has(&self, name: &str) -> bool {
        self.made.lock().unwrap().iter().any(|made| made == name)
    }

    /// How many tokens there are.
    #[track_caller]
    fn left(&self) -> usize {
        let made = self.made.lock().unwrap().iter().filter(|name| !name.starts_with("number")).count();
        made.checked_sub(self.dropped.load(Relaxed)).expect("a token was dropped twice")
    }
}

/// An output that owns memory.
struct Token {
    name: Box<str>,
    book: Arc<Book>,
}

impl Drop for Token {
    fn drop(&mut self) {
        self.book.dropped.fetch_add(1, Relaxed);
    }
}

#[task]
fn token(book: &Arc<Book>, name: &str, _before: &[&Token]) -> Result<Token, String> {
    book.token(name)
}

#[task]
fn number(book: &Arc<Book>, name: &str) -> Result<u64, String> {
    book.visit(name).map(|()| name.len() as u64)
}

#[task]
fn moved(book: &Arc<Book>, before: Token) -> Result<Token, String> {
    drop(before);
    book.token("moved")
}

#[task]
fn element(book: &Arc<Book>, name: &str, index: usize) -> Result<Token, String> {
    book.token(&format!("{name}[{index}]"))
}

#[task]
fn owned(book: &Arc<Book>, element: Token) -> Result<u64, String> {
    book.visit(&format!("number of {}", element.name)).map(|()| 1)
}

#[task]
fn indices() -> Vec<usize> {
    vec![0, 1, 2]
}

dag! {
    graph Mixed(book: Arc<Book>) -> (first, number, family, elements, last, numbers, both, counts, moved) {
        first = token(&book, "first", &[]),
        number(&book, "number"),
        moved(&book, between),
        between = token(&book, "between", &[&first]),
        family[i in 0..3] = token(&book, &format!("family {i}"), &[if i > 0 { &family[i - 1] } else { &first }]),
        numbers[i in 0..2] = number(&book, &format!("number {i}")) after [family[i]],
        indices,
        elements = element(&book, "elements", each indices),
        both[i in 0..2] = element(&book, &format!("both {i}"), each indices) after [numbers[1 - i]],
        sources = element(&book, "sources", each indices),
        counts = owned(&book, each sources),
        unread = token(&book, "unread", &[&family[0]]),
        last = token(&book, "last", &[&family[1], &first]),
    }
}

/// All tasks and elements at which a run may end.
fn visits() -> Vec<String> {
    let book = Book::new("", End::Success);
    let Partial { error, .. } = Mixed { book: Arc::clone(&book) }.run_partial(&Serial);
    assert!(error.is_none());
    book.made.lock().unwrap().clone()
}

/// Checks that exactly those outputs are there whose tasks have finished, and all others were dropped.
fn check(book: &Arc<Book>, run: Partial<<Mixed as Graph>::PartialOutputs>, expected: impl Fn(&str) -> bool) {
    let Partial { outputs, error } = run;
    let (first, number, family, elements, last, numbers, both, counts, moved) = outputs;
    let is_list = |name: &str| (0..3).all(|k| book.has(&format!("{name}[{k}]"))) && expected(name);
    let is_one = |name: &str| book.has(name) && expected(name);
    let mut left = 0;
    let mut one = |name: &str, token: Option<&Token>| {
        assert_eq!(token.is_some(), is_one(name), "{name}: {error:?}");
        assert!(token.is_none_or(|token| &*token.name == name));
        left += usize::from(token.is_some());
    };
    one("first", first.as_ref());
    one("last", last.as_ref());
    one("moved", moved.as_ref());
    assert_eq!(family.len(), 3);
    for (k, token) in family.iter().enumerate() {
        one(&format!("family {k}"), token.as_ref());
    }
    let mut list = |name: &str, tokens: Option<&Vec<Token>>| {
        assert_eq!(tokens.is_some(), is_list(name), "{name}: {error:?}");
        assert!(tokens.is_none_or(|tokens| tokens.len() == 3));
        left += tokens.map_or(0, Vec::len);
    };
    list("elements", elements.as_ref());
    assert_eq!(both.len(), 2);
    for (k, tokens) in both.iter().enumerate() {
        list(&format!("both {k}"), tokens.as_ref());
    }
    assert_eq!(number, is_one("number").then_some(6));
    assert_eq!(numbers, [0, 1].map(|k| is_one(&format!("number {k}")).then_some(8)));
    assert_eq!(counts, is_list("number of sources").then(|| vec![1; 3]));
    assert_eq!(book.left(), left, "{error:?}");
    drop((first, family, elements, last, both, moved));
    assert_eq!(book.left(), 0);
}

#[test]
fn a_failure_of_any_task_or_element_leaves_the_outputs_that_are_there() {
    for at in visits() {
        for (keep_going, panics) in [(false, false), (false, true), (true, false), (true, true)] {
            let skipped = Everywhere::new().keep_going(keep_going).each(|executor| {
                let book = Book::new(&at, if panics { End::Panic } else { End::Error });
                let run = Mixed { book: Arc::clone(&book) }.run_partial(executor);
                let error = run.error.as_ref().unwrap();
                assert_eq!((error.failures().len(), error.is_panic()), (1, panics), "{error}");
                let skipped: Vec<String> = error.skipped().map(String::from).collect();
                check(&book, run, |_| true);
                skipped
            });
            if keep_going {
                assert!(skipped.iter().all(|other| *other == skipped[0]), "executors disagree");
            }
        }
    }
}

#[test]
fn a_stop_at_any_task_or_element_leaves_the_outputs_that_are_there() {
    for at in visits() {
        for keep_going in [false, true] {
            let run = |threads: Option<usize>| {
                let stop = Stop::new();
                let book = Book::new(&at, End::Stop(stop.clone()));
                let graph = Mixed { book: Arc::clone(&book) };
                let run = match (threads, keep_going) {
                    (None, false) => graph.run_partial(&Serial.stop_when(&stop)),
                    (None, true) => graph.run_partial(&Serial.keep_going().stop_when(&stop)),
                    (Some(threads), false) => {
                        graph.run_partial(&Rayon::on_pool(Arc::clone(pool(threads))).stop_when(&stop))
                    }
                    (Some(threads), true) => graph.run_partial(
                        &Rayon::on_pool(Arc::clone(pool(threads))).keep_going().stop_when(&stop),
                    ),
                };
                assert!(run.error.as_ref().is_none_or(Error::is_stopped), "{:?}", run.error);
                let unfinished: Vec<String> =
                    run.error.iter().flat_map(Error::skipped).map(String::from).collect();
                // A task may be stopped after its last element.
                check(&book, run, |name| !unfinished.iter().any(|task| task == &task_of(name)));
            };
            [None, Some(1), Some(2), Some(4)].into_iter().for_each(run);
        }
    }
}

/// The task that makes the output with this name.
fn task_of(name: &str) -> String {
    match name.split_once(' ') {
        Some((_, "of sources")) => "counts".into(),
        Some(("number", index)) => format!("numbers[{index}]"),
        Some((family, index)) => format!("{family}[{index}]"),
        None => name.into(),
    }
}

/// Panics when it is told of this.
#[derive(Clone, Copy)]
struct Panics(&'static str);

impl Panics {
    fn told(self, what: &str) {
        if self.0 == what {
            resume_unwind(Box::new("the observer panics"));
        }
    }
}

impl Observer for Panics {
    fn run_started(&self, _: &RunEvent<'_>) {
        self.told("start");
    }
    fn finished(&self, event: &TaskEvent<'_>, _: std::time::Duration) {
        self.told(&event.task.name().to_string());
    }
    fn run_ended(&self, _: &RunSummary<'_>) {
        self.told("end");
    }
}

#[test]
fn a_panic_of_an_observer_leaves_the_outputs_that_are_there() {
    for (at, has_first) in
        [("start", false), ("end", true), ("first", false), ("last", true), ("elements", true)]
    {
        for keep_going in [false, true] {
            Everywhere::observed_by(Panics(at)).keep_going(keep_going).each(|executor| {
                let book = Book::new("", End::Success);
                let run = Mixed { book: Arc::clone(&book) }.run_partial(executor);
                assert!(run.error.as_ref().unwrap().is_panic());
                if keep_going {
                    assert_eq!(run.outputs.0.is_some(), has_first);
                    assert_eq!(run.outputs.4.is_some(), has_first && at != "last");
                }
                check(&book, run, |name| task_of(name) != at);
            });
        }
    }
}

/// An input whose drop panics.
struct Bomb(Arc<Book>);

impl Drop for Bomb {
    fn drop(&mut self) {
        resume_unwind(Box::new("boom"));
    }
}

#[task]
fn read(bomb: &Bomb, name: &str) -> Result<Token, String> {
    bomb.0.token(name)
}

dag! {
    graph Armed(bomb: Bomb, other: Bomb) -> (left, right) {
        left = read(&bomb, "left"),
        right = read(&other, "right"),
    }
}

#[test]
fn a_panic_in_the_drop_of_an_input_leaves_the_outputs_that_are_there() {
    for (at, end) in [("", End::Success), ("right", End::Error)] {
        Everywhere::new().keep_going(true).each(|executor| {
            let book = Book::new(at, end.clone());
            let graph = Armed { bomb: Bomb(Arc::clone(&book)), other: Bomb(Arc::clone(&book)) };
            let Partial { outputs: (left, right), error } = graph.run_partial(executor);
            assert!(left.is_some());
            assert_eq!(right.is_some(), at.is_empty());
            let text = match at {
                "" => "an input of graph `Armed` panicked when it was dropped: boom",
                _ => "task `right` of graph `Armed` failed: told to",
            };
            assert_eq!(error.unwrap().to_string(), text);
            drop((left, right));
            assert_eq!(book.left(), 0);
        });
    }
}

#[task]
fn fail() -> Result<(), &'static str> {
    Err("told to")
}

dag! {
    graph Nothing { fail }
    graph OnlyNumbers(book: Arc<Book>) -> (second, first, fail) {
        first = number(&book, "number 1"),
        fail,
        second = number(&book, "number 2") after [first],
        third = number(&book, "number 3") after [fail],
    }
}

#[test]
fn outputs_that_need_no_drop_and_none_at_all() {
    Everywhere::new().each(|executor| {
        let Partial { outputs: (), error } = Nothing.run_partial(executor);
        assert_eq!(error.unwrap().task(), Some("fail"));
    });
    Everywhere::new().keep_going(true).each(|executor| {
        let book = Book::new("", End::Success);
        let Partial { outputs, error } = OnlyNumbers { book }.run_partial(executor);
        assert_eq!(outputs, (Some(8), Some(8), None));
        assert_eq!(error.unwrap().skipped(), ["third"]);
    });
}

/// As generic code runs a graph.
fn generic<G: Graph, E: Executor<G> + ?Sized>(graph: G, executor: &E) -> (G::PartialOutputs, bool) {
    let Partial { outputs, error } = graph.run_partial(executor);
    (outputs, error.is_some())
}

#[test]
fn in_generic_code() {
    let book = Book::new("", End::Success);
    assert_eq!(generic(OnlyNumbers { book }, &Serial.keep_going()), ((Some(8), Some(8), None), true));
}

#[task]
fn wanted(book: &Arc<Book>, name: &str) -> Result<Token, String> {
    book.token(name)
}

dag! {
    graph Wanted(book: Arc<Book>, is_wanted: bool) -> (one, several, lists, fail) {
        one = wanted(&book, "one") when is_wanted,
        several[i in 0..2] = wanted(&book, "several") when is_wanted && i == 1,
        lists = element(&book, "lists", each indices) when is_wanted,
        indices,
        fail,
    }
}

#[test]
fn a_task_that_is_not_wanted_has_finished() {
    for is_wanted in [false, true] {
        Everywhere::new().keep_going(true).each(|executor| {
            let book = Book::new("", End::Success);
            let run = Wanted { book: Arc::clone(&book), is_wanted }.run_partial(executor);
            let Partial { outputs: (one, several, lists, fail), error } = run;
            assert!(error.is_some() && fail.is_none());
            assert_eq!(one.as_ref().map(Option::is_some), Some(is_wanted));
            let several_wanted: Vec<_> =
                several.iter().map(|one| one.as_ref().map(Option::is_some)).collect();
            assert_eq!(several_wanted, [Some(false), Some(is_wanted)]);
            assert_eq!(lists.as_ref().map(|list| list.as_ref().map(Vec::len)), Some(is_wanted.then_some(3)));
            drop((one, several, lists));
            assert_eq!(book.left(), 0);
        });
    }
}
