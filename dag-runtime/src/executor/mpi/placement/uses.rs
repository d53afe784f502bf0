//! What tasks wait for and which tasks wait for them: dependencies, and outputs that are read without being one, since
//! these can be on other ranks.

use alloc::borrow::Cow;
use alloc::vec;
use alloc::vec::Vec;

use crate::table::{Adjacency, View};

/// For each task other tasks: borrowed from the table where this has them already.
#[derive(Debug)]
struct Neighbours<'view> {
    starts: Cow<'view, [u32]>,
    items: Cow<'view, [u32]>,
}

impl<'view> Neighbours<'view> {
    fn borrowed(lists: Adjacency<'view>) -> Self {
        Neighbours { starts: lists.starts.into(), items: lists.items.into() }
    }

    #[inline]
    fn of(&self, task: u32) -> &[u32] {
        let task = task as usize;
        &self.items[self.starts[task] as usize..self.starts[task + 1] as usize]
    }

    /// For each task those in whose lists it stands, of these lists of this many tasks.
    fn reversed<'a>(tasks: usize, list: impl Fn(u32) -> &'a [u32]) -> Self {
        let mut starts = vec![0_u32; tasks + 2];
        (0..tasks as u32).flat_map(&list).for_each(|&other| starts[other as usize + 2] += 1);
        for task in 2..tasks + 2 {
            starts[task] += starts[task - 1];
        }
        let mut items = vec![0; starts[tasks + 1] as usize];
        for task in 0..tasks as u32 {
            for &other in list(task) {
                let end = &mut starts[other as usize + 1];
                items[*end as usize] = task;
                *end += 1;
            }
        }
        starts.truncate(tasks + 1);
        Neighbours { starts: starts.into(), items: items.into() }
    }
}

/// What tasks wait for, and which tasks wait for them.
#[derive(Debug)]
pub(crate) struct Uses<'view> {
    of: Neighbours<'view>,
    users: Neighbours<'view>,
    /// The tasks that read the output of each one; none where these are all that wait for it.
    readers: Option<Neighbours<'view>>,
}

impl<'view> Uses<'view> {
    pub(crate) fn new(view: &'view View) -> Self {
        let tasks = view.len();
        let lists = view.columns();
        let (dependencies, reads) = (lists.dependencies, lists.reads);
        let is_same = dependencies.starts == reads.starts && {
            let edges = reads.starts[tasks] as usize;
            dependencies.items[..edges] == reads.items[..edges]
        };
        let readers = (!is_same).then(|| Neighbours::reversed(tasks, |task| reads.of(task)));
        let uses = |of, users| Uses { of, users, readers };
        // Usually all that is read is a dependency.
        match if is_same { None } else { with_reads(view) } {
            None => uses(Neighbours::borrowed(dependencies), Neighbours::borrowed(lists.successors)),
            Some(of) => {
                let users = Neighbours::reversed(tasks, |task| of.of(task));
                uses(of, users)
            }
        }
    }

    /// What a task waits for, each once.
    #[inline]
    pub(crate) fn of(&self, task: u32) -> &[u32] {
        self.of.of(task)
    }

    /// The tasks that wait for a task.
    #[inline]
    pub(crate) fn users_of(&self, task: u32) -> &[u32] {
        self.users.of(task)
    }

    /// Those of them that read its output.
    #[inline]
    pub(crate) fn readers_of(&self, task: u32) -> &[u32] {
        self.readers.as_ref().unwrap_or(&self.users).of(task)
    }

    /// Whether all that wait for a task read its output.
    pub(crate) fn all_read(&self) -> bool {
        self.readers.is_none()
    }

    /// For each task, how many it waits for.
    pub(crate) fn counts(&self) -> Vec<u32> {
        self.of.starts.windows(2).map(|ends| ends[1] - ends[0]).collect()
    }
}

/// The dependencies of each task and what else it reads; none where there is nothing else.
fn with_reads(view: &View) -> Option<Neighbours<'static>> {
    let tasks = view.len();
    let (mut starts, mut items) = (Vec::with_capacity(tasks + 1), Vec::new());
    // For each task, the last one that depends on it.
    let mut last = vec![u32::MAX; tasks];
    let mut any = false;
    for task in 0..tasks as u32 {
        starts.push(items.len() as u32);
        let dependencies = view.dependencies_of(task);
        dependencies.iter().for_each(|&other| last[other as usize] = task);
        items.extend_from_slice(dependencies);
        let before = items.len();
        items.extend(view.reads_of(task).iter().filter(|&&other| last[other as usize] != task));
        any |= items.len() > before;
    }
    starts.push(items.len() as u32);
    any.then(|| Neighbours { starts: starts.into(), items: items.into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Line, RawEdge, Table, Use};

    /// The uses of four tasks, each of which depends on the one before it, and the last one also on the first one.
    fn uses(how: Use, indirect: bool) -> Uses<'static> {
        let edge = |node, to, how| RawEdge { node, to, how, ..RawEdge::EMPTY };
        let last = RawEdge { indirect, ..edge(3, 0, how) };
        let edges = [edge(1, 0, Use::Borrow), edge(2, 1, Use::Borrow), edge(3, 2, Use::Borrow), last];
        let nodes = (0..4).map(|_| Line { cost: 1, ..Line::EMPTY }).collect();
        Uses::new(Table::leak("Uses", nodes, edges.to_vec()).view())
    }

    fn sorted(list: &[u32]) -> Vec<u32> {
        let mut list = list.to_vec();
        list.sort_unstable();
        list
    }

    #[test]
    fn what_is_read_is_waited_for() {
        for indirect in [false, true] {
            let uses = uses(Use::Borrow, indirect);
            assert_eq!(uses.counts(), [0, 1, 1, 2]);
            assert_eq!(sorted(uses.of(3)), [0, 2]);
            assert_eq!(sorted(uses.users_of(0)), [1, 3]);
            assert_eq!(sorted(uses.readers_of(0)), [1, 3]);
            assert!(uses.all_read() || indirect);
        }
    }

    #[test]
    fn what_only_orders_is_not_read() {
        let uses = uses(Use::Order, false);
        assert_eq!(sorted(uses.of(3)), [0, 2]);
        assert_eq!(sorted(uses.users_of(0)), [1, 3]);
        assert_eq!(uses.readers_of(0), [1]);
        assert!(!uses.all_read());
    }
}
