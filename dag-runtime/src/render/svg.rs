//! Pictures as SVG.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::render::layout::{Point, lay_out};
use crate::render::picture::{Arrow, Box};
use crate::render::{Picture, Subject, options};
use crate::state::{CRITICAL, TaskState, UNWANTED};
use crate::table::Table;
use crate::xml::Escaped;

/// A graph as an SVG picture, as text by [`Display`](fmt::Display): returned by [`Table::svg`].
///
/// The content is the same as in [`Dot`](crate::Dot): costs, descriptions as tooltips, outputs with a double border,
/// the critical path in red, and folded families. Boxes are in layers, each below all of its dependencies.
///
/// ```
/// use dag_runtime::{dag, task};
///
/// #[task]
/// fn load() -> Vec<f64> { vec![1.0, 2.0, 6.0] }
///
/// #[task(depends = [load])]
/// fn mean(load: &[f64]) -> f64 { load.iter().sum::<f64>() / load.len() as f64 }
///
/// dag! { graph Stats -> mean { load, mean } }
///
/// let picture = Stats::TABLE.svg().to_string();
/// assert!(picture.starts_with("<svg ") && picture.contains(">mean</text>"));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a picture is drawn when it is displayed"]
pub struct Svg<'table> {
    subject: Subject<'table>,
}

options!(Svg);

const FONT: usize = 14;
/// The average width of a letter.
const LETTER: f64 = 8.0;
const LINE: f64 = 18.0;
const MARGIN: f64 = 20.0;
/// How far an arrow from a box to itself extends to the side.
const LOOP: f64 = 24.0;

impl fmt::Display for Svg<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let picture = Picture::new(&self.subject);
        let sizes: Vec<Point> = picture.boxes.iter().map(|task| size(&label(task))).collect();
        let positions: Vec<usize> = picture.boxes.iter().map(|task| task.position).collect();
        let arrows: Vec<(usize, usize)> = picture.arrows.iter().map(|arrow| (arrow.from, arrow.to)).collect();
        let layout = lay_out(&sizes, &positions, &arrows);
        let (width, height) = (layout.size.x + 2.0 * MARGIN, layout.size.y + 2.0 * MARGIN);
        writeln!(
            f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\" font-size=\"{FONT}\">"
        )?;
        writeln!(f, "<title>{}</title>", Escaped(self.subject.table.graph()))?;
        if !self.subject.table.description().is_empty() {
            writeln!(f, "<desc>{}</desc>", Escaped(self.subject.table.description()))?;
        }
        writeln!(f, "<defs>")?;
        for (id, colour) in [("arrow", "black"), ("critical", CRITICAL)] {
            writeln!(
                f,
                "<marker id=\"{id}\" markerWidth=\"10\" markerHeight=\"8\" refX=\"10\" refY=\"4\" \
                 markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L10 4L0 8z\" fill=\"{colour}\"/></marker>"
            )?;
        }
        writeln!(f, "</defs>")?;
        writeln!(f, "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>")?;
        writeln!(f, "<g transform=\"translate({MARGIN} {MARGIN})\">")?;
        for (arrow, way) in picture.arrows.iter().zip(&layout.ways) {
            write_arrow(f, arrow, way, layout.middles[arrow.to], sizes[arrow.to])?;
        }
        for ((task, &middle), &size) in picture.boxes.iter().zip(&layout.middles).zip(&sizes) {
            write_task(f, task, middle, size)?;
        }
        writeln!(f, "</g>\n</svg>")
    }
}

/// The text of a box.
fn label(task: &Box) -> String {
    if task.detail.is_empty() { task.title.clone() } else { format!("{}\n{}", task.title, task.detail) }
}

/// The size of a box.
fn size(label: &str) -> Point {
    let letters = label.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    Point { x: LETTER * letters as f64 + 20.0, y: LINE * label.lines().count() as f64 + 14.0 }
}

fn look(critical: bool) -> (&'static str, usize) {
    if critical { (CRITICAL, 2) } else { ("black", 1) }
}

fn write_task(f: &mut fmt::Formatter<'_>, task: &Box, middle: Point, size: Point) -> fmt::Result {
    f.write_str("<g>")?;
    if !task.description.is_empty() {
        write!(f, "<title>{}</title>", Escaped(task.description))?;
    }
    write_frame(f, middle, size, task.fill().unwrap_or("white"), task)?;
    if task.output {
        let smaller = Point { x: size.x - 6.0, y: size.y - 6.0 };
        write_frame(f, middle, smaller, "none", task)?;
    }
    let label = label(task);
    let first = middle.y - LINE * (label.lines().count() - 1) as f64 / 2.0;
    for (k, line) in label.lines().enumerate() {
        let (x, y) = (middle.x, first + LINE * k as f64 + 5.0);
        write!(f, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\"")?;
        if task.is_unwanted() {
            write!(f, " fill=\"{UNWANTED}\"")?;
        }
        write!(f, ">{}</text>", Escaped(line))?;
    }
    writeln!(f, "</g>")
}

fn write_frame(
    f: &mut fmt::Formatter<'_>,
    middle: Point,
    size: Point,
    fill: &str,
    task: &Box,
) -> fmt::Result {
    let (stroke, width) = match look(task.critical) {
        _ if task.is_unwanted() && !task.critical => (UNWANTED, 1),
        look => look,
    };
    let dashes = task.state.map_or("", TaskState::dashes);
    write!(
        f,
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"3\" fill=\"{fill}\" \
         stroke=\"{stroke}\" stroke-width=\"{width}\"{dashes}/>",
        middle.x - size.x / 2.0,
        middle.y - size.y / 2.0,
        size.x,
        size.y
    )
}

/// Writes an arrow along a path, to the box with this centre and size.
fn write_arrow(
    f: &mut fmt::Formatter<'_>,
    arrow: &Arrow,
    way: &[Point],
    middle: Point,
    size: Point,
) -> fmt::Result {
    f.write_str("<path d=\"")?;
    match way {
        [first, rest @ ..] => {
            write!(f, "M{:.1} {:.1}", first.x, first.y)?;
            let mut from = *first;
            for &Point { x, y } in rest {
                let between = (from.y + y) / 2.0;
                if from.x == x {
                    write!(f, "V{y:.1}")?;
                } else {
                    write!(f, "C{:.1} {between:.1} {x:.1} {between:.1} {x:.1} {y:.1}", from.x)?;
                }
                from = Point { x, y };
            }
        }
        // From a box to itself.
        [] => {
            let (x, y) = (middle.x - size.x / 2.0, middle.y);
            let (out, begin, end) = (x - LOOP, y + 8.0, y - 8.0);
            write!(
                f,
                "M{x:.1} {begin:.1}C{out:.1} {:.1} {out:.1} {:.1} {x:.1} {end:.1}",
                y + 24.0,
                y - 24.0
            )?;
        }
    }
    let (stroke, width) = look(arrow.critical);
    let marker = if arrow.critical { "critical" } else { "arrow" };
    writeln!(
        f,
        "\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\" marker-end=\"url(#{marker})\"/>"
    )
}
