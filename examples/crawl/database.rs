//! The database: its connections, what is stored in it, and what is asked of it.

use std::error::Error;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dag_runtime::task;
use rusqlite::{Connection, Row, TransactionBehavior, params};

use crate::files::{Table, Text};

/// What a task that uses the database returns.
pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A file with tables, and a pool of connections to it. Nobody waits for a connection: the graph has a limit for that.
#[derive(Debug)]
pub struct Database {
    path: PathBuf,
    max: usize,
    pool: Mutex<Pool>,
}

#[derive(Debug, Default)]
struct Pool {
    free: Vec<Connection>,
    /// How many there are, with those that are lent.
    open: usize,
}

/// A connection, which goes back to its pool.
pub struct Lent<'d> {
    database: &'d Database,
    connection: Option<Connection>,
}

/// The tables, empty. With a write-ahead log, those who read do not keep others from writing.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    DROP TABLE IF EXISTS word;
    DROP TABLE IF EXISTS range;
    CREATE TABLE word (file TEXT, word TEXT, count INTEGER);
    CREATE TABLE range (file TEXT, name TEXT, numbers INTEGER, lowest REAL, highest REAL);
";

impl Database {
    /// A database in this file that takes this many connections.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub fn create(path: &Path, max: usize) -> Result<Self> {
        let database = Database { path: path.to_owned(), max, pool: Mutex::default() };
        database.connect()?.execute_batch(SCHEMA)?;
        Ok(database)
    }

    /// A connection.
    ///
    /// # Errors
    ///
    /// Fails if all are lent, or none can be opened.
    pub fn connect(&self) -> Result<Lent<'_>> {
        let mut pool = self.pool();
        let connection = match pool.free.pop() {
            Some(connection) => connection,
            None if pool.open == self.max => {
                return Err(format!("all {} connections are in use", self.max).into());
            }
            None => {
                let connection = Connection::open(&self.path)?;
                // What cannot be done at once fails.
                connection.busy_timeout(Duration::ZERO)?;
                connection.pragma_update(None, "synchronous", "NORMAL")?;
                pool.open += 1;
                connection
            }
        };
        Ok(Lent { database: self, connection: Some(connection) })
    }

    /// How many connections are open.
    #[cfg(test)]
    pub fn open(&self) -> usize {
        self.pool().open
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Lent<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("it is lent until the drop")
    }
}

impl DerefMut for Lent<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("it is lent until the drop")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.database.pool().free.extend(self.connection.take());
    }
}

/// Stores the words of a text, all or none.
///
/// # Errors
///
/// Fails if there is no connection, or another one is writing.
#[task]
pub fn store_words(text: &Text, database: &Database) -> Result<()> {
    let mut connection = database.connect()?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut insert = transaction.prepare("INSERT INTO word VALUES (?, ?, ?)")?;
    for (word, count) in &text.words {
        insert.execute(params![text.file, word, count])?;
    }
    drop(insert);
    Ok(transaction.commit()?)
}

/// Stores what is in the columns of a table, all or none.
///
/// # Errors
///
/// Fails if there is no connection, or another one is writing.
#[task]
pub fn store_columns(table: &Table, database: &Database) -> Result<()> {
    let mut connection = database.connect()?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut insert = transaction.prepare("INSERT INTO range VALUES (?, ?, ?, ?, ?)")?;
    for column in &table.columns {
        insert.execute(params![table.file, column.name, column.numbers, column.lowest, column.highest])?;
    }
    drop(insert);
    Ok(transaction.commit()?)
}

/// A word, in how many texts it is, and how often in all of them.
pub type Common = (String, u32, u32);

/// How many of the words that are in most texts are shown.
pub const COMMON: usize = 5;

/// The words that are in most texts.
///
/// # Errors
///
/// Fails if there is no connection.
#[task]
pub fn common(database: &Database) -> Result<Vec<Common>> {
    let sql = format!(
        "SELECT word, count(*) AS texts, sum(count) AS total FROM word
         GROUP BY word ORDER BY texts DESC, total DESC, word LIMIT {COMMON}"
    );
    select(database, &sql, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// A text, its words, and how many different ones.
pub type Size = (String, u32, u32);

/// How long the texts are.
///
/// # Errors
///
/// Fails if there is no connection.
#[task]
pub fn sizes(database: &Database) -> Result<Vec<Size>> {
    let sql = "SELECT file, sum(count), count(*) FROM word GROUP BY file ORDER BY file";
    select(database, sql, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The name of columns, in how many tables it is, how many numbers they have, the lowest and the highest.
pub type Range = (String, u32, u32, f64, f64);

/// What is in the columns with the same name.
///
/// # Errors
///
/// Fails if there is no connection.
#[task]
pub fn ranges(database: &Database) -> Result<Vec<Range>> {
    let sql = "SELECT name, count(*), sum(numbers), min(lowest), max(highest) FROM range
               GROUP BY name ORDER BY name";
    select(database, sql, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
}

fn select<T>(
    database: &Database,
    sql: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let connection = database.connect()?;
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
