//! Tasks that use an input in place run on one rank, since they use one value.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::graph::ANYWHERE;
use crate::table::Table;

/// Two tasks that use an input in place and are given different ranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::executor::mpi) struct Apart {
    pub(in crate::executor::mpi) input: &'static str,
    /// Each with its rank.
    pub(in crate::executor::mpi) tasks: [(u32, u32); 2],
}

/// The ranks that the graph gives to its tasks, with one more for each task that uses an input in place. `pins` is empty if
/// the graph gives none; what is returned is, if there is nothing to add.
///
/// Tasks that use inputs together, directly or through others, are a *group*. A group to which the graph gives no rank goes to
/// the one that has least work of such groups so far: the largest one first, to rank 0.
pub(in crate::executor::mpi) fn together(
    table: &Table,
    ranks: u32,
    mut pins: Vec<u32>,
) -> Result<Vec<u32>, Apart> {
    let Some((inputs, users)) = table.in_place_users() else { return Ok(pins) };
    let tasks = table.len();
    let mut groups = Groups((0..tasks as u32).collect());
    let users_of = |input: usize| {
        let used = users[input * tasks..][..tasks].iter().zip(0..);
        used.filter_map(|(&how, task): (&u8, u32)| (how != 0).then_some(task))
    };
    for input in 0..inputs.len() {
        let mut users = users_of(input);
        if let Some(first) = users.next() {
            users.for_each(|task| groups.join(first, task));
        }
    }
    pins.resize(tasks, ANYWHERE);
    // For each group, by one of its tasks: who has been given a rank, and its work.
    let (mut given, mut work) = (vec![None; tasks], vec![0_u64; tasks]);
    let mut is_user = vec![false; tasks];
    for (input, &name) in inputs.iter().enumerate() {
        for task in users_of(input) {
            let group = groups.of(task) as usize;
            if !is_user[task as usize] {
                is_user[task as usize] = true;
                work[group] = work[group].saturating_add(table.place(task).line.cost.max(1));
            }
            let pin = pins[task as usize];
            match given[group] {
                _ if pin == ANYWHERE => {}
                None => given[group] = Some((task, pin)),
                Some((_, other)) if other == pin => {}
                Some(first) => return Err(Apart { input: name, tasks: [first, (task, pin)] }),
            }
        }
    }
    let mut loads = vec![0_u64; ranks as usize];
    let mut free: Vec<usize> =
        (0..tasks).filter(|&group| work[group] > 0 && given[group].is_none()).collect();
    free.sort_by_key(|&group| Reverse(work[group]));
    for group in free {
        let rank = (0..loads.len()).min_by_key(|&rank| loads[rank]).unwrap_or(0);
        loads[rank] = loads[rank].saturating_add(work[group]);
        given[group] = Some((group as u32, rank as u32));
    }
    for task in (0..tasks).filter(|&task| is_user[task]) {
        if let Some((_, rank)) = given[groups.of(task as u32) as usize] {
            pins[task] = rank;
        }
    }
    Ok(pins)
}

/// Sets of tasks: for each, another one of its set, or itself.
struct Groups(Vec<u32>);

impl Groups {
    /// A task that stands for the set of this one.
    fn of(&mut self, mut task: u32) -> u32 {
        while self.0[task as usize] != task {
            let next = self.0[task as usize];
            self.0[task as usize] = self.0[next as usize];
            task = next;
        }
        task
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.of(one), self.of(other));
        self.0[one.max(other) as usize] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{InPlaceUse, InPlaceUses, Line};

    /// The ranks of 7 tasks: 0, 1 and 2 use `a`, 2 and 3 `b`, 4 and 5 `c`, and 6 none; those of `c` cost most.
    fn of(pins: Vec<u32>) -> Result<Vec<u32>, Apart> {
        let lines = (0..7).map(|task| Line { cost: if task == 4 { 9 } else { 1 }, ..Line::EMPTY }).collect();
        static USES: InPlaceUses = InPlaceUses::new(
            &["a", "b", "c"],
            &[
                InPlaceUse::new(0, 0, true, true, 0),
                InPlaceUse::new(1, 0, false, true, 0),
                InPlaceUse::new(2, 0, true, true, 0),
                InPlaceUse::new(2, 1, true, true, 1),
                InPlaceUse::new(3, 1, false, true, 0),
                InPlaceUse::new(4, 2, true, true, 0),
                InPlaceUse::new(5, 2, true, true, 0),
            ],
        );
        let table = Table::from_lines("Together", "", lines, &[]).in_place(&USES, |_, _| {});
        together(&table, 2, pins)
    }

    #[test]
    fn what_uses_an_input_is_on_one_rank() {
        assert_eq!(of(Vec::new()), Ok(vec![1, 1, 1, 1, 0, 0, ANYWHERE]));
        let mut pins = vec![ANYWHERE; 7];
        (pins[3], pins[6]) = (0, 1);
        assert_eq!(of(pins.clone()), Ok(vec![0, 0, 0, 0, 0, 0, 1]));
        pins[1] = 1;
        assert_eq!(of(pins), Err(Apart { input: "b", tasks: [(1, 1), (3, 0)] }));
    }

    #[test]
    fn without_such_inputs_nothing_is_added() {
        let table = Table::from_lines("Alone", "", vec![Line::EMPTY; 2], &[]);
        assert_eq!(together(&table, 2, Vec::new()), Ok(Vec::new()));
    }
}
