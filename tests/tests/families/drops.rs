//! The output of each member is dropped once, as soon as its last reader is done.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dag_runtime::{Executor, Observer, Rayon, Serial, Table, TaskEvent, dag, task};
use dag_tests::{Everywhere, pool};

/// How often the output of each member was made and dropped, by the number of its task.
#[derive(Debug)]
struct Book {
    table: &'static Table,
    made: Vec<AtomicUsize>,
    dropped: Vec<AtomicUsize>,
    failing: Option<(String, bool)>,
}

type Books = Arc<Book>;

impl Book {
    fn new(table: &'static Table) -> Books {
        Book::failing(table, None)
    }

    fn failing(table: &'static Table, failing: Option<(String, bool)>) -> Books {
        let zeros = || table.tasks().map(|_| AtomicUsize::new(0)).collect();
        Arc::new(Book { table, made: zeros(), dropped: zeros(), failing })
    }

    /// The output of the task of this name, if that does not fail.
    fn output(self: &Arc<Self>, name: &str) -> Result<Output, String> {
        match &self.failing {
            Some((task, true)) if task == name => std::panic::resume_unwind(Box::new("told to")),
            Some((task, false)) if task == name => return Err("told to".to_owned()),
            _ => {}
        }
        let task = self.table.find(name).unwrap().index();
        self.made[task].fetch_add(1, Ordering::Relaxed);
        Ok(Output { task, text: name.into(), book: Arc::clone(self) })
    }

    fn counts(&self) -> Vec<(usize, usize)> {
        let counts = self.made.iter().zip(&self.dropped);
        counts
            .map(|(made, dropped)| (made.load(Ordering::Relaxed), dropped.load(Ordering::Relaxed)))
            .collect()
    }

    /// All outputs were made once and dropped once; there are `len` of them.
    #[track_caller]
    fn all_dropped_once(&self, len: usize) {
        let counts = self.counts();
        assert!(counts.iter().all(|count| [(0, 0), (1, 1)].contains(count)), "{counts:?}");
        assert_eq!(counts.iter().filter(|count| count.0 == 1).count(), len);
    }
}

/// An output that owns memory.
#[derive(Debug)]
struct Output {
    task: usize,
    text: Box<str>,
    book: Books,
}

impl Output {
    /// Checks that it is there.
    fn check(&self) {
        assert_eq!(self.book.table.task(self.task).unwrap().name(), *self.text);
        assert_eq!(self.book.counts()[self.task], (1, 0), "{}", self.text);
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.book.dropped[self.task].fetch_add(1, Ordering::Relaxed);
    }
}

#[task]
fn read(name: &str, books: &Books, inputs: &[Option<&Output>], slice: &[Output]) -> Result<Output, String> {
    inputs.iter().copied().flatten().chain(slice).for_each(Output::check);
    books.output(name)
}

const T: usize = 4;
const X: usize = 5;

dag! {
    graph Borrowed(books: Books) -> (ends, last) {
        last = read("last", &books, &[Some(&cell[0, 0])], &cell[T - 1, 1..3]),
        cell[t in 0..T, x in 0..X] = read(
            &format!("cell[{t}, {x}]"), &books,
            &[
                if x > 0 { Some(&cell[t, x - 1]) } else { None },
                if t > 0 && x > 0 { Some(&cell[t - 1, x - 1]) } else { None },
            ],
            if t > 0 { &cell[t - 1, x..=x + 2] } else { &[] },
        ),
        // No one reads it.
        unread[i in 0..3] = read(&format!("unread[{i}]"), &books, &[], &[]),
        whole[i in 0..2] = read(&format!("whole[{i}]"), &books, &[], &unread),
        ends[i in 0..2] = read(&format!("ends[{i}]"), &books, &[Some(&whole[1 - i])], &[]),
    }
}

/// When a task starts, outputs that only earlier tasks have read are gone.
struct Early<'a> {
    books: &'a Book,
    /// For each task, those that must be complete when it starts.
    before: Vec<BTreeSet<usize>>,
    checks: AtomicUsize,
}

impl<'a> Early<'a> {
    fn new(books: &'a Book) -> Self {
        let mut before = vec![BTreeSet::new(); books.table.len()];
        for task in books.table.order() {
            let mut all = BTreeSet::new();
            for dependency in task.dependencies() {
                all.insert(dependency.index());
                all.extend(&before[dependency.index()]);
            }
            before[task.index()] = all;
        }
        Early { books, before, checks: AtomicUsize::new(0) }
    }
}

impl Observer for Early<'_> {
    fn started(&self, event: &TaskEvent<'_>) {
        let before = &self.before[event.task.index()];
        let counts = self.books.counts();
        for task in before.iter().map(|&task| self.books.table.task(task).unwrap()) {
            if !task.is_output() && task.dependents().all(|reader| before.contains(&reader.index())) {
                assert_eq!(counts[task.index()], (1, 1), "{} at {}", task.name(), event.task.name());
                self.checks.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

#[test]
fn when_the_last_reader_is_done() {
    let run = |executor: &dyn Executor<Borrowed>, books: &Books| {
        let outputs = Borrowed { books: Arc::clone(books) }.run(executor).unwrap();
        outputs.0.iter().chain([&outputs.1]).for_each(Output::check);
        let alive = books.counts().iter().filter(|count| **count == (1, 0)).count();
        assert_eq!(alive, 3, "only the graph's outputs are left");
        drop(outputs);
        books.all_dropped_once(Borrowed::TABLE.len());
    };
    Everywhere::new().each(|executor| run(executor, &Book::new(Borrowed::TABLE)));
    // With several workers, other tasks may start while the worker of the last reader still drops its input.
    let one = Rayon::on_pool(Arc::clone(pool(1)));
    let books = Book::new(Borrowed::TABLE);
    let early = Early::new(&books);
    run(&one.observe(&early), &books);
    assert!(early.checks.into_inner() > 20);
    let books = Book::new(Borrowed::TABLE);
    let early = Early::new(&books);
    run(&Serial.observe(&early), &books);
    assert!(early.checks.into_inner() > 20);
}

#[test]
fn when_any_member_fails() {
    for task in Borrowed::TABLE.tasks() {
        let name = task.name().to_string();
        for panics in [false, true] {
            for keep_going in [false, true] {
                Everywhere::new().keep_going(keep_going).each(|executor| {
                    let books = Book::failing(Borrowed::TABLE, Some((name.clone(), panics)));
                    let error = Borrowed { books: Arc::clone(&books) }.run(executor).unwrap_err();
                    assert_eq!(error.task(), Some(name.as_str()));
                    books.all_dropped_once(Borrowed::TABLE.len() - error.skipped().len() - 1);
                });
            }
        }
    }
}

#[task]
fn take(name: &str, books: &Books, taken: Vec<Output>) -> Result<Output, String> {
    taken.iter().for_each(Output::check);
    books.output(name)
}

dag! {
    graph Moved(books: Books) -> (chain, last) {
        start[x in 0..X] = take(&format!("start[{x}]"), &books, vec![]),
        chain[t in 0..T, x in 0..X] = take(
            &format!("chain[{t}, {x}]"), &books,
            if t == 0 {
                vec![start[x]]
            } else if x == 0 {
                vec![other[t, x], other[t, X - 1]]
            } else if x == 1 {
                vec![other[t, x]]
            } else {
                vec![]
            },
        ),
        // Some are moved, some are read, some neither.
        other[t in 0..T, x in 0..X] = take(&format!("other[{t}, {x}]"), &books, vec![]) after [start[x] if t == 1],
        reader[t in 0..T] = read(&format!("reader[{t}]"), &books, &[Some(&other[t, 2])], &other[t, 2..4]),
        last = take("last", &books, vec![single, reader[0], reader[T - 1]]),
        single = take("single", &books, vec![other[0, 0]]),
    }
}

#[test]
fn when_some_are_moved() {
    Everywhere::new().each(|executor| {
        let books = Book::new(Moved::TABLE);
        let outputs = Moved { books: Arc::clone(&books) }.run(executor).unwrap();
        outputs.0.iter().chain([&outputs.1]).for_each(Output::check);
        drop(outputs);
        books.all_dropped_once(Moved::TABLE.len());
    });
    for task in Moved::TABLE.tasks() {
        let name = task.name().to_string();
        for (panics, keep_going) in [(false, false), (false, true), (true, false), (true, true)] {
            Everywhere::new().keep_going(keep_going).each(|executor| {
                let books = Book::failing(Moved::TABLE, Some((name.clone(), panics)));
                let error = Moved { books: Arc::clone(&books) }.run(executor).unwrap_err();
                books.all_dropped_once(Moved::TABLE.len() - error.skipped().len() - 1);
            });
        }
    }
}

static UNITS: AtomicUsize = AtomicUsize::new(0);

/// An output without size.
#[derive(Debug)]
struct Unit;

impl Drop for Unit {
    fn drop(&mut self) {
        UNITS.fetch_add(1, Ordering::Relaxed);
    }
}

#[task]
fn unit(_units: &[Unit], _moved: Option<Unit>) -> Unit {
    Unit
}

#[task]
fn nothing(_all: &[()]) {}

#[task]
fn count(units: &[Unit], nothings: &[()]) -> (usize, usize) {
    (units.len(), nothings.len())
}

dag! {
    graph Sizeless -> (count, outputs, none) {
        units[t in 0..3, x in 0..4] =
            unit(if t > 0 { &units[t - 1, x..] } else { &[] }, None),
        outputs[x in 0..2] = unit(&[], if x == 1 { Some(moved) } else { None }),
        moved = unit(&[], None),
        none[x in 0..3] = nothing(&[]),
        nothings[t in 0..3, x in 0..2] = nothing(if t > 0 { &nothings[t - 1, ..] } else { &[] }),
        count(&units[2, 1..], &nothings),
    }
}

#[test]
fn of_types_without_size() {
    Everywhere::new().each(|executor| {
        let before = UNITS.load(Ordering::Relaxed);
        let (count, outputs, none) = Sizeless.run(executor).unwrap();
        assert_eq!((count, outputs.len(), none.len()), ((3, 6), 2, 3));
        assert_eq!(UNITS.load(Ordering::Relaxed) - before, 13);
        drop(outputs);
        assert_eq!(UNITS.load(Ordering::Relaxed) - before, 15);
    });
}

/// Neither `Send` nor `Sync`.
struct Local {
    _counter: Rc<Cell<usize>>,
}

#[task]
fn local(counter: &Rc<Cell<usize>>, before: &[Local], moved: Option<Local>) -> Local {
    counter.set(counter.get() + before.len() + usize::from(moved.is_some()));
    Local { _counter: Rc::clone(counter) }
}

dag! {
    graph Threadless(counter: Rc<Cell<usize>>) -> locals {
        locals[t in 0..3, x in 0..4] =
            local(&counter, if t > 0 { &locals[t - 1, x..] } else { &[] }, if t == 0 { Some(given[x]) } else { None }),
        given[x in 0..4] = local(&counter, &[], None),
    }
}

#[test]
fn of_types_that_stay_on_a_thread() {
    let counter = Rc::default();
    let locals = Threadless { counter: Rc::clone(&counter) }.run(&Serial).unwrap();
    assert_eq!((locals.len(), counter.get()), (12, 4 + 2 * 10));
    assert_eq!(Rc::strong_count(&counter), 13);
    drop(locals);
    assert_eq!(Rc::strong_count(&counter), 1);
}

#[task]
fn large(i: usize, before: &[[u64; 2000]]) -> [u64; 2000] {
    [before.iter().map(|before| before[1999]).sum::<u64>() + i as u64; 2000]
}

dag! {
    // Its slots do not fit on the stack.
    graph Large -> last {
        table[t in 0..20, i in 0..32] = large(i, if t > 0 { &table[t - 1, i..=i + 1] } else { &[] }),
        last = large(0, &table[19, 31..]),
    }
}

#[test]
fn of_large_families() {
    let last = Everywhere::new().agree(|executor| Large.run(executor).unwrap()[0]);
    assert_eq!(last, 20 * 31);
}
