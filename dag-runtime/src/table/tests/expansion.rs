//! What the expansions of `#[task]` and `dag!` write, by hand.

use core::mem::offset_of;

use crate::slot::Slot;
use crate::slot::Task;
use crate::table::{
    BUILD, Check, Checked, Data, LINE_SITE, MOVE_SITE, Memory, NO_SITE, Problems, RowWriter, Rows, Stored,
    Table, Use, words,
};
use crate::table::{Edge, In, Info, ListedBy, Marked, Phase, site};
use crate::task::{LineOf, PartOf};

macro_rules! tasks {
    ($($name:ident, cost $cost:literal, depends [$($how:ident $on:ident)?];)*) => {$(
        struct $name {}
        impl Task for $name {
            type Output = f64;
            const INFO: Info = Info { description: "A task.", cost: $cost, ..Info::PLAIN };
        }
        impl<G, P: Phase> PartOf<G, P> for $name
        where
            $($on: In<G>,)?
        {
            type With<B> = ();
            const EDGES: &'static [Edge] = {
                let _fault = P::FAULT;
                &[$(_fault.edge::<G, $on>(0, Use::$how))?]
            };
        }
    )*};
}

macro_rules! graph {
    ($graph:ident: $($name:ident = $index:literal),*) => {
        struct $graph;
        impl Marked for $graph {
            type Marker = $graph;
        }
        $(impl ListedBy<$graph> for $name {
            const INDEX: u32 = $index;
        })*
    };
}

tasks! {
    Load, cost 1, depends [];
    Mean, cost 10, depends [Borrow Load];
    First, cost 1, depends [Order Second];
    Second, cost 1, depends [Order First];
}

/// `other = Load`, an instance that comes after `Mean`.
struct Other {}

impl Task for Other {
    type Output = <Load as Task>::Output;
}

graph!(Good: Other = 0, Mean = 1, Load = 2);

#[repr(C)]
struct Slots {
    other: Slot<Other>,
    mean: Slot<Mean>,
    load: Slot<Load>,
}

const fn write_rows<const K: usize>(w: &mut RowWriter<'_>) {
    let edges = <Load as PartOf<Good, Check<Good, K, Other>>>::EDGES;
    w.node::<Load>(Stored::of::<<Other as Task>::Output>(false), "other", edges);
    w.line(1, Use::Order);
    let edges = <Mean as PartOf<Good, Check<Good, K, Mean>>>::EDGES;
    w.node::<Mean>(Stored::of::<<Mean as Task>::Output>(false), "mean", edges);
    w.described("Its own.");
    let edges = <Load as PartOf<Good, Check<Good, K, Load>>>::EDGES;
    w.node::<Load>(Stored::of::<<Load as Task>::Output>(false), "load", edges);
    w.output(1);
    w.end::<Slots>();
}

impl<P: Phase> LineOf<Good, P> for Other {
    const USES: () = site(P::FAULT, LINE_SITE);
}

const fn sites<const K: usize>() {
    let () = <Other as LineOf<Good, Check<Good, K, Other>>>::USES;
}

const EDGES: usize = {
    let mut w = RowWriter::counting();
    write_rows::<BUILD>(&mut w);
    w.edge_count()
};
static ROWS: Rows<3, EDGES> = {
    let mut rows = Rows::EMPTY;
    write_rows::<BUILD>(&mut rows.writer());
    rows
};
static DATA: Data<3, { words(3, EDGES) }> = Data::new(&ROWS);
static TABLE: Table = Table::new("Good", "A graph.", &ROWS, &DATA, &MEMORY);
static MEMORY: Memory = Memory::new();

impl Checked for Good {
    const PROBLEMS: Problems<'static> = Problems::find(&ROWS, &DATA);
}

const fn report<const K: usize>() {
    if K < Good::PROBLEMS.len() {
        write_rows::<K>(&mut RowWriter::counting());
        sites::<K>();
    }
}

const _: () = report::<0>();
const _: () = report::<1>();

#[test]
fn a_good_graph_has_its_table() {
    assert!(Good::PROBLEMS.is_empty());
    assert_eq!((TABLE.graph(), TABLE.description()), ("Good", "A graph."));
    assert_eq!((TABLE.depth(), TABLE.work()), (3, 12));
    let facts = [("other", "A task."), ("mean", "Its own."), ("load", "A task.")];
    for (task, (name, description)) in TABLE.tasks().zip(facts) {
        assert_eq!(task.name(), name);
        assert_eq!(task.description(), description);
    }
    assert!(TABLE.order().map(|task| task.index()).eq([2, 1, 0]));
    assert_eq!((TABLE.view().reads_of(0), TABLE.view().reads_of(1)), (&[][..], &[2][..]));
    assert!(TABLE.task(1).unwrap().is_output());
    let sites = ROWS.edges.iter().map(|edge| (edge.node, edge.to, edge.site, edge.move_site()));
    assert!(sites.eq([(0, 1, LINE_SITE, LINE_SITE), (1, 2, 0, MOVE_SITE)]));
    let offsets = [offset_of!(Slots, other), offset_of!(Slots, mean), offset_of!(Slots, load)];
    assert!(TABLE.lines().iter().map(|node| node.offset).eq(offsets));
}

graph!(Bad: First = 0, Second = 1);

static BAD_ROWS: Rows<2, 2> = {
    let mut rows = Rows::EMPTY;
    let mut w = rows.writer();
    let edges = <First as PartOf<Bad, Check<Bad, BUILD, First>>>::EDGES;
    w.node::<First>(Stored::of::<<First as Task>::Output>(false), "first", edges);
    let edges = <Second as PartOf<Bad, Check<Bad, BUILD, Second>>>::EDGES;
    w.node::<Second>(Stored::of::<<Second as Task>::Output>(false), "second", edges);
    rows
};
static BAD_DATA: Data<2, { words(2, 2) }> = Data::new(&BAD_ROWS);

impl Checked for Bad {
    const PROBLEMS: Problems<'static> = Problems::find(&BAD_ROWS, &BAD_DATA);
}

#[test]
fn a_cycle_is_reported_at_its_sites() {
    const { assert!(Bad::PROBLEMS.len() == 2) };
    const MESSAGE: &str = <Check<Bad, 1, Second> as Phase>::FAULT.message;
    assert_eq!(MESSAGE, "dependency cycle: `first` -> `second` -> `first`");
    assert_eq!(<Check<Bad, 0, First> as Phase>::FAULT.site, 0);
    assert_eq!(<Check<Bad, 0, Second> as Phase>::FAULT.site, NO_SITE);
    assert_eq!(<Check<Bad, 1, First> as Phase>::FAULT.site, NO_SITE);
    assert_eq!(<Check<Bad, 1, Second> as Phase>::FAULT.site, 0);
}
