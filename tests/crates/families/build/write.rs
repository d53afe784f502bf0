//! The graph as a program.

use std::error::Error;
use std::fmt::Write as _;

use crate::Random;
use crate::expression::{Expression, NAMES};
use crate::graph::{Argument, Choice, Graph, How, Line, Use};

impl Graph {
    pub(crate) fn write(
        &self,
        name: &str,
        program: &mut String,
        random: &mut Random,
    ) -> Result<(), Box<dyn Error>> {
        writeln!(
            program,
            "pub mod {name} {{ use crate::{{mix, Number, Owned}}; use dag_runtime::{{dag, task}};"
        )?;
        for k in 0..self.lines.len() {
            self.write_task(k, program)?;
        }
        let mut order: Vec<usize> = (0..self.lines.len()).collect();
        random.shuffle(&mut order);
        let outputs: Vec<usize> = order.iter().copied().filter(|&k| self.lines[k].is_output).collect();
        let names: Vec<String> = outputs.iter().map(|k| format!("l{k}")).collect();
        writeln!(program, "dag! {{ pub graph Graph -> ({}) {{", names.join(", "))?;
        random.shuffle(&mut order);
        for &k in &order {
            self.write_line(k, program)?;
        }
        writeln!(program, "}} }}")?;
        self.write_run("Graph", &outputs, program)?;
        self.write_facts(&outputs, program)?;
        self.write_sized(&names, &order, &outputs, program, random)?;
        writeln!(program, "}}")?;
        Ok(())
    }

    /// The function of a line: it mixes all that it is given.
    fn write_task(&self, k: usize, program: &mut String) -> Result<(), Box<dyn Error>> {
        let line = &self.lines[k];
        let (mut parameters, mut body) = (String::new(), format!("let number = {}_u64;", line.salt));
        for index in &NAMES[..line.dims.len()] {
            write!(parameters, "{index}: isize, ")?;
            write!(body, " let number = mix(number, {index} as u64);")?;
        }
        for to in &line.attribute {
            let element = if self.lines[*to].is_owned { "Owned" } else { "u64" };
            write!(parameters, "l{to}: &[{element}], ")?;
            write!(body, " let number = l{to}.into_number(number);")?;
        }
        for (a, argument) in line.arguments.iter().enumerate() {
            write!(parameters, "a{a}: {}, ", parameter(argument))?;
            write!(body, " let number = a{a}.into_number(number);")?;
        }
        let output = if line.is_owned { "Owned" } else { "u64" };
        let value = if line.is_owned { "vec![number]" } else { "number" };
        let (output, value) = if line.is_fallible {
            (format!("Result<{output}, String>"), format!("Ok({value})"))
        } else {
            (output.to_owned(), value.to_owned())
        };
        let depends: Vec<String> = line.attribute.iter().map(|to| format!("l{to}")).collect();
        writeln!(program, "#[task(depends = [{}], cost = {})]", depends.join(", "), line.salt)?;
        writeln!(program, "fn f{k}({parameters}) -> {output} {{ {body} {value} }}")?;
        Ok(())
    }

    fn write_line(&self, k: usize, program: &mut String) -> Result<(), Box<dyn Error>> {
        let line = &self.lines[k];
        write!(program, "l{k}")?;
        if line.is_family() {
            let own: Vec<Expression> = (0..line.dims.len()).map(|index| Expression::Plus(index, 0)).collect();
            let ranges: Vec<String> = line
                .dims
                .iter()
                .zip(NAMES)
                .map(|((low, high), name)| format!("{name} in {}..{}", low.of(&own), high.of(&own)))
                .collect();
            write!(program, "[{}]", ranges.join(", "))?;
        }
        let indices = NAMES[..line.dims.len()].iter().map(|name| format!("{name} as isize"));
        let arguments: Vec<String> =
            indices.chain(line.arguments.iter().map(|argument| self.argument(argument))).collect();
        let after: Vec<String> = line.after.iter().map(|of| self.after(of)).collect();
        writeln!(program, " = f{k}({}) after [{}],", arguments.join(", "), after.join(", "))?;
        Ok(())
    }

    fn argument(&self, argument: &Argument) -> String {
        let mut text = String::new();
        for of in &argument.uses {
            let sign = if argument.how == How::Borrow { "&" } else { "" };
            let name = format!("{sign}{}", self.target(of));
            let value = if argument.is_one { format!("Some({name})") } else { name };
            if of.conditions.is_empty() {
                return if text.is_empty() { value } else { format!("{text}{{ {value} }}") };
            }
            text += &format!("if {} {{ {value} }} else ", conditions(of));
        }
        text + if argument.is_one { "{ None }" } else { "{ &[] }" }
    }

    fn after(&self, of: &Use) -> String {
        let target = self.target(of);
        if of.conditions.is_empty() { target } else { format!("{target} if {}", conditions(of)) }
    }

    fn target(&self, of: &Use) -> String {
        let list = |all: &[Expression]| all.iter().map(Expression::to_string).collect::<Vec<_>>().join(", ");
        let end = |end: &Option<Expression>| end.as_ref().map(Expression::to_string).unwrap_or_default();
        match &of.choice {
            Choice::All => format!("l{}", of.to),
            Choice::One(chosen) => format!("l{}[{}]", of.to, list(chosen)),
            Choice::Slice(prefix, low, high) => {
                let comma = if prefix.is_empty() { "" } else { ", " };
                format!("l{}[{}{comma}{}..{}]", of.to, list(prefix), end(low), end(high))
            }
        }
    }

    /// `run`, which gives the numbers of all outputs one after the other.
    fn write_run(&self, graph: &str, outputs: &[usize], program: &mut String) -> Result<(), Box<dyn Error>> {
        writeln!(
            program,
            "pub fn run(executor: &dyn dag_runtime::Executor<{}>) -> Result<Vec<u64>, dag_runtime::Error> {{ \
             let outputs = {graph}.run(executor)?; let mut numbers = Vec::new();",
            graph.split(' ').next().unwrap_or(graph)
        )?;
        for (position, &k) in outputs.iter().enumerate() {
            let output =
                if outputs.len() == 1 { "outputs".to_owned() } else { format!("outputs.{position}") };
            let Line { is_owned, .. } = self.lines[k];
            match (self.lines[k].is_family(), is_owned) {
                (false, false) => writeln!(program, "numbers.push({output});")?,
                (true, false) => writeln!(program, "numbers.extend({output});")?,
                (false, true) => writeln!(program, "numbers.extend({output});")?,
                (true, true) => writeln!(program, "numbers.extend({output}.into_iter().flatten());")?,
            }
        }
        writeln!(program, "Ok(numbers) }}")?;
        Ok(())
    }

    /// The same graph with sizes in the place of some of its numbers.
    fn write_sized(
        &self,
        names: &[String],
        order: &[usize],
        outputs: &[usize],
        program: &mut String,
        random: &mut Random,
    ) -> Result<(), Box<dyn Error>> {
        writeln!(
            program,
            "pub mod sized {{ use crate::{{mix, Number, Owned}}; use dag_runtime::{{dag, task}};"
        )?;
        for k in 0..self.lines.len() {
            self.write_task(k, program)?;
        }
        let mut lines = String::new();
        for &k in order {
            self.write_line(k, &mut lines)?;
        }
        let sizes = [random.below(8), random.below(8)];
        let lines = with_sizes(&lines, sizes, random);
        let names = names.join(", ");
        writeln!(program, "dag! {{ #[checked_at_run] pub graph Graph[m, n] -> ({names}) {{ {lines} }} }}")?;
        let [m, n] = sizes;
        writeln!(program, "pub const SIZES: [usize; 2] = [{m}, {n}];")?;
        self.write_run(&format!("Graph {{ m: {m}, n: {n} }}"), outputs, program)?;
        writeln!(program, "}}")?;
        Ok(())
    }

    /// The numbers of the outputs, and for each member, its name and what it depends on.
    fn write_facts(&self, outputs: &[usize], program: &mut String) -> Result<(), Box<dyn Error>> {
        let numbers = self.numbers();
        let of = |&k: &usize| self.lines[k].members.iter().map(move |member| (k, member.clone()));
        let expected: Vec<String> =
            outputs.iter().flat_map(of).map(|member| format!("{}_u64", numbers[&member])).collect();
        writeln!(program, "pub const NUMBERS: &[u64] = &[{}];", expected.join(", "))?;
        write!(program, "pub const DEPENDENCIES: &[(&str, &[&str])] = &[")?;
        for member in self.members() {
            let before = self.dependencies(&member);
            let names: Vec<String> = before.iter().map(|member| format!("{:?}", self.name(member))).collect();
            write!(program, "({:?}, &[{}]), ", self.name(&member), names.join(", "))?;
        }
        writeln!(program, "];")?;
        Ok(())
    }

    fn name(&self, (line, indices): &(usize, Vec<i64>)) -> String {
        if self.lines[*line].is_family() { format!("l{line}{indices:?}") } else { format!("l{line}") }
    }
}

/// The text with a size and what is missing to it in the place of some numbers.
fn with_sizes(text: &str, sizes: [usize; 2], random: &mut Random) -> String {
    let mut changed = String::new();
    let mut rest = text;
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    while let Some(start) = rest.find(is_of_name) {
        let end = rest[start..].find(|c| !is_of_name(c)).map_or(rest.len(), |len| start + len);
        changed += &rest[..start];
        let word = &rest[start..end];
        match word.parse::<usize>() {
            Ok(number) if random.one_in(2) => {
                let size = random.below(2);
                let name = ["m", "n"][size];
                changed += &match number.checked_sub(sizes[size]) {
                    Some(0) => name.to_owned(),
                    Some(more) => format!("({name} + {more})"),
                    None => format!("({name} - {})", sizes[size] - number),
                };
            }
            _ => changed += word,
        }
        rest = &rest[end..];
    }
    changed + rest
}

fn parameter(argument: &Argument) -> String {
    let element = if argument.is_owned { "Owned" } else { "u64" };
    match (argument.is_one, argument.how) {
        (false, _) => format!("&[{element}]"),
        (true, How::Borrow) => format!("Option<&{element}>"),
        (true, How::Copy | How::Move) => format!("Option<{element}>"),
    }
}

fn conditions(of: &Use) -> String {
    of.conditions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" && ")
}
