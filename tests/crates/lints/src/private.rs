//! A graph for all, of tasks that nobody else sees.

use dag_runtime::{Error, Executor, Rayon, dag, task};

#[task]
fn numbers() -> Vec<u32> {
    vec![3, 1, 2]
}

#[task(depends = [numbers])]
fn sorted(mut numbers: Vec<u32>, descending: bool) -> Vec<u32> {
    numbers.sort_unstable();
    if descending {
        numbers.reverse();
    }
    numbers
}

/// A task that all see, and that depends on one that nobody else does.
#[task(depends = [sorted])]
#[must_use]
pub fn first(sorted: &[u32]) -> Option<u32> {
    sorted.iter().copied().next()
}

#[derive(Debug)]
struct Pair(u32, u32);

#[task]
const fn pair(a: u32, b: u32) -> Pair {
    Pair(a, b)
}

#[task]
fn difference(pair: &Pair, from: &str) -> Result<u32, std::num::ParseIntError> {
    Ok(from.parse::<u32>()? + pair.0 - pair.1)
}

dag! {
    /// Sorts.
    #[derive(Debug)]
    pub graph Sorts(
        /// Whether the largest comes first.
        descending: bool,
        /// A number, as a text.
        from: String,
    ) -> (first, apart) {
        numbers, sorted(descending), first,
        both = pair(5, first.unwrap_or(0)),
        apart = difference(&both, &from),
    }

    graph Inner -> numbers { numbers }
}

/// Runs both graphs.
///
/// # Errors
///
/// Fails where the text is no number.
pub fn run(from: &str) -> Result<(Option<u32>, u32, usize), Error> {
    let sorts = Sorts { descending: true, from: from.to_owned() };
    let (first, apart) = sorts.run(&Rayon::new())?;
    let (one, three) = crate::restricted::run()?;
    Ok((first, apart + one + three, inner(&Rayon::new())?))
}

fn inner(executor: &impl Executor<Inner>) -> Result<usize, Error> {
    Ok(Inner.run(executor)?.len())
}

#[cfg(test)]
mod tests {
    use super::run;

    #[test]
    fn runs() {
        assert_eq!(run("7").ok(), Some((Some(3), 13, 3)));
        assert_eq!(
            run("x").err().and_then(|error| error.task().map(str::to_owned)).as_deref(),
            Some("apart")
        );
    }
}
