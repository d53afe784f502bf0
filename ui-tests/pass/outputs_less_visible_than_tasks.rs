//! Outputs of types that are less visible than their tasks, where functions may return them, too.

#![deny(warnings)]

use dag_runtime::{Serial, dag, task};

struct Record(u32);

mod stages {
    use super::Record;
    use dag_runtime::task;

    #[derive(Debug)]
    pub(crate) struct Bad;

    impl std::fmt::Display for Bad {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("bad")
        }
    }

    impl std::error::Error for Bad {}

    #[task]
    pub fn records(n: u32) -> Vec<Record> {
        (0..n).map(Record).collect()
    }

    #[task(depends = [records], each = records)]
    pub fn checked(records: &Record) -> Result<Record, Bad> {
        if records.0 < 10 { Ok(Record(records.0)) } else { Err(Bad) }
    }

    pub mod deeper {
        #[dag_runtime::task(depends = [super::checked])]
        pub(in super::super) fn sum(checked: &[crate::Record]) -> u32 {
            checked.iter().map(|record| record.0).sum()
        }
    }
}

#[task(depends = [stages::records])]
pub(crate) fn last(records: &[Record]) -> Record {
    Record(records.len() as u32)
}

dag! {
    graph Sums -> (sum, last, member) {
        stages::records(4),
        stages::checked,
        stages::deeper::sum,
        last,
        other = stages::records(2),
        member[i in 0..2] = stages::records(i as u32),
    }
}

fn main() {
    let (sum, last, member) = Sums.run(&Serial).unwrap();
    assert_eq!((sum, last.0, member[1][0].0), (6, 4, 0));
}
