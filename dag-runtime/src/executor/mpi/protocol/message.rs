//! Messages: lists of records, each of which tells something of one task.

/// How many bytes there are before the first record of a message.
pub(crate) const PROLOGUE: usize = 8;
/// How many bytes a record has before its payload.
pub(crate) const HEAD: usize = 16;

/// What a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// The task has finished; no task of the receiver reads its output, or the receiver has it without this rank.
    Finished,
    /// The output of the task.
    Output,
    /// The task has failed or will not run.
    Missing,
    /// No further task is to start.
    Stop,
    /// The sender has nothing to do.
    Idle,
    /// The sender has something to do again.
    Busy,
    /// The receiver is to run the task, or the elements in the payload, with as many inputs as the record says to follow.
    Loan,
    /// An output that a task on loan reads.
    Input,
    /// The elements that are on loan, where the task takes them by value: of the output of the task.
    Elements,
    /// The output of a task that was on loan, or the outputs of its elements.
    Returned,
    /// A task on loan, or elements of it, have failed or did not run.
    Unfinished,
    /// No more elements of the task will be lent.
    LoanOver,
    /// In a run with a store: what the receiver has to know of the task before it hears that this has finished, or is
    /// lent a task that reads its output.
    News,
}

const KINDS: [Kind; 13] = [
    Kind::Finished,
    Kind::Output,
    Kind::Missing,
    Kind::Stop,
    Kind::Idle,
    Kind::Busy,
    Kind::Loan,
    Kind::Input,
    Kind::Elements,
    Kind::Returned,
    Kind::Unfinished,
    Kind::LoanOver,
    Kind::News,
];

/// Marks in the byte of a kind that the payload follows apart.
const APART: u8 = 0x80;

/// A record, but for its payload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) kind: Kind,
    /// Whether the payload follows apart, as a transfer.
    pub(crate) apart: bool,
    pub(crate) task: u32,
    /// Of an input or elements, the task on loan; of a loan, the number of inputs; of what is unfinished, whether it has
    /// failed.
    pub(crate) detail: u32,
    /// The length of the payload.
    pub(crate) len: u64,
}

impl Record {
    pub(crate) const fn of(kind: Kind, task: u32) -> Self {
        Record { kind, apart: false, task, detail: 0, len: 0 }
    }

    pub(crate) fn bytes(self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        bytes[..4].copy_from_slice(&self.task.to_ne_bytes());
        bytes[4..8].copy_from_slice(&self.detail.to_ne_bytes());
        let kind = self.kind as u8 | if self.apart { APART } else { 0 };
        bytes[8..].copy_from_slice(&(self.len << 8 | u64::from(kind)).to_ne_bytes());
        bytes
    }

    fn read(bytes: &[u8; HEAD]) -> Self {
        let word = |k: usize| u32::from_ne_bytes([bytes[k], bytes[k + 1], bytes[k + 2], bytes[k + 3]]);
        let low = u64::from_ne_bytes(bytes[8..].try_into().expect("eight bytes"));
        let kind = low as u8;
        Record {
            kind: KINDS[usize::from(kind & !APART)],
            apart: kind & APART != 0,
            task: word(0),
            detail: word(4),
            len: low >> 8,
        }
    }

    /// How long the payload is that follows at once.
    pub(crate) fn inline_len(&self) -> usize {
        if self.apart { 0 } else { self.len as usize }
    }
}

/// What a message of a run begins with: the number of the run.
pub(crate) fn prologue(run: u32) -> [u8; PROLOGUE] {
    u64::from(run).to_ne_bytes()
}

/// The records of a message of this run; none where it is of an earlier one.
pub(crate) fn records(message: &[u8], run: u32) -> impl Iterator<Item = (Record, &[u8])> {
    let (first, mut rest) = message.split_at(PROLOGUE);
    if first != prologue(run) {
        rest = &[];
    }
    core::iter::from_fn(move || {
        let (head, after) = rest.split_first_chunk::<HEAD>()?;
        let record = Record::read(head);
        let (payload, after) = after.split_at(record.inline_len());
        rest = after;
        Some((record, payload))
    })
}

/// What ranks tell each other between two runs: see `agreement::roll_call`. In place of the number of a run, such a message
/// bears that of the start that its sender waits for, with a mark above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// Who is there?
    Ask,
    /// The sender is.
    Here,
}

impl Call {
    pub(crate) fn prologue(self, start: u32) -> [u8; PROLOGUE] {
        (u64::from(start) | (self as u64 + 1) << 32).to_ne_bytes()
    }

    pub(crate) fn read(message: &[u8]) -> Option<(Self, u32)> {
        let word = u64::from_ne_bytes(message.first_chunk().copied()?);
        let call = match word >> 32 {
            1 => Call::Ask,
            2 => Call::Here,
            _ => return None,
        };
        Some((call, word as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn records_are_read_as_they_were_written() {
        let mut message = prologue(7).to_vec();
        let mut expected = Vec::new();
        for (k, kind) in (0..).zip(KINDS) {
            let payload: Vec<u8> = (0..k as u8).collect();
            let record =
                Record { detail: 1 << k, len: payload.len() as u64, ..Record::of(kind, u32::MAX - k) };
            message.extend_from_slice(&record.bytes());
            message.extend_from_slice(&payload);
            let apart = Record { apart: true, len: 1 << 40, ..record };
            message.extend_from_slice(&apart.bytes());
            expected.extend([(record, payload), (apart, Vec::new())]);
        }
        let words = |record: &Record| (record.kind, record.apart, record.task, record.detail, record.len);
        let mut read = records(&message, 7);
        for (record, payload) in &expected {
            let (other, bytes) = read.next().unwrap();
            assert_eq!((words(&other), bytes), (words(record), &payload[..]));
        }
        assert!(read.next().is_none());
        assert!(records(&message, 6).next().is_none(), "of an earlier run");
    }

    #[test]
    fn a_call_is_of_no_run() {
        for call in [Call::Ask, Call::Here] {
            assert_eq!(Call::read(&call.prologue(9)), Some((call, 9)));
            assert!(records(&call.prologue(9), 9).next().is_none());
        }
        assert_eq!(Call::read(&prologue(9)), None);
    }
}
