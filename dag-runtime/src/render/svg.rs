//! Pictures as SVG, laid out by the crate `layout-rs`.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use layout::core::base::Orientation;
use layout::core::color::Color;
use layout::core::format::{ClipHandle, RenderBackend};
use layout::core::geometry::Point;
use layout::core::style::{LineStyleKind, StyleAttr};
use layout::std_shapes::shapes::{Arrow, Element, LineEndKind, ShapeKind};
use layout::topo::layout::VisualGraph;

use crate::render::picture::Box;
use crate::render::{Picture, Subject, options};
use crate::table::Table;
use crate::xml::Escaped;

/// A graph as an SVG picture, as text by [`Display`](fmt::Display): made by [`Table::svg`].
///
/// What is to be seen is as in [`Dot`](crate::Dot): costs, descriptions as tooltips, outputs with a double
/// border, the critical path in red, families folded. The layout is that of the crate `layout-rs`, whose time grows
/// with the square of what is to be seen: it is for graphs, or folded graphs, of up to some hundred boxes.
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
#[must_use = "it is text when it is displayed"]
pub struct Svg {
    subject: Subject,
}

options!(Svg);

const DOWN: Orientation = Orientation::TopToBottom;
const FONT: usize = 14;
/// What a letter takes on average.
const LETTER: f64 = 8.0;
const LINE: f64 = 18.0;
const MARGIN: f64 = 10.0;
const CRITICAL: &str = "#c0392b";

impl fmt::Display for Svg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let picture = Picture::new(&self.subject);
        let mut graph = VisualGraph::new(DOWN);
        let look = StyleAttr::new(Color::fast("black"), 1, None, 0, FONT);
        // The canvas knows boxes and arrows by these properties, and draws them as it likes.
        let node = |(i, task): (usize, &Box)| {
            let (shape, size) = (ShapeKind::new_box(&task.title), size(&label(task)));
            let element = Element::create_with_properties(shape, look.clone(), DOWN, size, i.to_string());
            graph.add_node(element)
        };
        let nodes: Vec<_> = picture.boxes.iter().enumerate().map(node).collect();
        // The layout looks whether an arrow closes a cycle, by all ways on from its end: so arrows come in the order of
        // where they begin, when nothing leads on from there. What the table has proven need not be checked.
        graph.dag.set_validate(false);
        let mut arrows: Vec<&_> = picture.arrows.iter().collect();
        arrows.sort_by_key(|arrow| picture.boxes[arrow.from].position);
        for arrow in arrows {
            let mut drawn = Arrow::new(
                LineEndKind::None,
                LineEndKind::Arrow,
                LineStyleKind::Normal,
                "",
                &look,
                &None,
                &None,
            );
            drawn.properties = arrow.critical.then(String::new);
            graph.add_edge(drawn, nodes[arrow.from], nodes[arrow.to]);
        }
        let mut canvas = Canvas { boxes: &picture.boxes, content: String::new(), width: 0.0, height: 0.0 };
        if !nodes.is_empty() {
            graph.do_it(false, false, false, &mut canvas);
        }
        let (width, height) = (canvas.width + MARGIN, canvas.height + MARGIN);
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
        f.write_str(&canvas.content)?;
        writeln!(f, "</svg>")
    }
}

/// What stands in a box.
fn label(task: &Box) -> String {
    if task.detail.is_empty() { task.title.clone() } else { format!("{}\n{}", task.title, task.detail) }
}

/// How large a box is.
fn size(label: &str) -> Point {
    let letters = label.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    Point::new(LETTER * letters as f64 + 20.0, LINE * label.lines().count() as f64 + 14.0)
}

/// What the layout draws on.
struct Canvas<'a> {
    boxes: &'a [Box],
    content: String,
    width: f64,
    height: f64,
}

impl Canvas<'_> {
    fn grow(&mut self, to: Point) {
        self.width = self.width.max(to.x);
        self.height = self.height.max(to.y);
    }

    fn frame(&self, at: Point, size: Point, fill: &str, critical: bool) -> String {
        let (stroke, width) = if critical { (CRITICAL, 2) } else { ("black", 1) };
        format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"3\" fill=\"{fill}\" \
             stroke=\"{stroke}\" stroke-width=\"{width}\"/>",
            at.x, at.y, size.x, size.y
        )
    }

    fn task(&self, task: &Box, at: Point, size: Point) -> String {
        let mut text = String::from("<g>");
        if !task.description.is_empty() {
            let _ = write!(text, "<title>{}</title>", Escaped(task.description));
        }
        text += &self.frame(at, size, task.fill().unwrap_or("white"), task.critical);
        if task.output {
            let (inside, smaller) =
                (Point::new(at.x + 3.0, at.y + 3.0), Point::new(size.x - 6.0, size.y - 6.0));
            text += &self.frame(inside, smaller, "none", task.critical);
        }
        let label = label(task);
        let first = at.y + size.y / 2.0 - LINE * (label.lines().count() - 1) as f64 / 2.0;
        for (k, line) in label.lines().enumerate() {
            let (x, y) = (at.x + size.x / 2.0, first + LINE * k as f64 + 5.0);
            let _ = write!(
                text,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{}</text>",
                Escaped(line)
            );
        }
        text + "</g>\n"
    }
}

impl RenderBackend for Canvas<'_> {
    fn draw_rect(
        &mut self,
        at: Point,
        size: Point,
        _: &StyleAttr,
        properties: Option<String>,
        _: Option<ClipHandle>,
    ) {
        self.grow(at.add(size));
        let number: Option<usize> = properties.and_then(|number| number.parse().ok());
        if let Some(task) = number.and_then(|number| self.boxes.get(number)) {
            self.content += &self.task(task, at, size);
        }
    }

    fn draw_arrow(
        &mut self,
        path: &[(Point, Point)],
        _: bool,
        (start, end): (bool, bool),
        _: &StyleAttr,
        properties: Option<String>,
        _: &str,
    ) {
        for &(a, b) in path {
            self.grow(a);
            self.grow(b);
        }
        let [first, second, rest @ ..] = path else { return };
        let mut line = format!(
            "M{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
            first.0.x, first.0.y, first.1.x, first.1.y, second.0.x, second.0.y, second.1.x, second.1.y
        );
        for (control, to) in rest {
            let _ = write!(line, "S{:.1} {:.1} {:.1} {:.1}", control.x, control.y, to.x, to.y);
        }
        if let [(_, back)] = rest
            && back.distance_to(first.0) < 1.0
        {
            // From a box to itself.
            let (x, y, out) = (back.x, back.y, back.x - 2.0 * MARGIN);
            line = format!(
                "M{x:.1} {:.1}C{out:.1} {:.1} {out:.1} {:.1} {x:.1} {:.1}",
                y + 8.0,
                y + 24.0,
                y - 24.0,
                y - 8.0
            );
        }
        let (stroke, width, marker) =
            if properties.is_some() { (CRITICAL, 2, "critical") } else { ("black", 1, "arrow") };
        let mut ends = String::new();
        for (side, has) in [("start", start), ("end", end)] {
            if has {
                let _ = write!(ends, " marker-{side}=\"url(#{marker})\"");
            }
        }
        let _ = writeln!(
            self.content,
            "<path d=\"{line}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"{width}\"{ends}/>"
        );
    }

    // The text of a box is drawn with the box. Boxes and arrows are all there is.
    fn draw_text(&mut self, _: Point, _: &str, _: &StyleAttr) {}
    fn draw_line(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}
    fn draw_circle(&mut self, _: Point, _: Point, _: &StyleAttr, _: Option<String>) {}
    fn create_clip(&mut self, _: Point, _: Point, _: usize) -> ClipHandle {
        0
    }
}
