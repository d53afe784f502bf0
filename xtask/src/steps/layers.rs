//! Which module may use which: the layers of `dag-runtime`, and no circle between the modules of any folder.
//!
//! Paths are read off the tokens of a file, so those in `use` lines and in the middle of code count alike, and those in
//! documentation and tests do not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::Verdict;
use crate::Result;
use crate::shell::Workspace;

/// The modules of `dag-runtime`, the lowest layer first. A module uses those of lower layers alone.
const LAYERS: &[&[&str]] = &[
    &["backend", "duration_text", "lints", "ordered", "probe", "state", "unwind", "xml"],
    &["error"],
    &["store"],
    &["table"],
    &["key"],
    &["slot"],
    &["task"],
    &["graph"],
    &["stop"],
    &["observe"],
    &["keep"],
    &["costs"],
    &["plan", "progress", "record", "render", "tracing", "watchdog"],
    &["executor"],
    &["cli"],
    &["guide", "__private"],
];

/// The crates whose folders have no circles.
const CRATES: [&str; 5] =
    ["dag-macros/src", "dag-runtime/src", "benches/src", "benches/graphs/src", "xtask/src"];

pub(super) fn run(workspace: &Workspace) -> Result<Verdict> {
    let mut faults = Vec::new();
    for source in CRATES {
        let mut modules = BTreeMap::new();
        read(&workspace.path(source), &[], &mut modules)?;
        faults.extend(circles(&modules).into_iter().map(|circle| format!("{source}: {circle}")));
        if source == "dag-runtime/src" {
            faults.extend(upward(&modules));
        }
    }
    if faults.is_empty() { Ok(Verdict::Passed) } else { Err(faults.join("\n").into()) }
}

/// A module of a crate: its file, without those of its children.
#[derive(Default)]
struct Module {
    /// The paths that it names, from the root of the crate.
    uses: BTreeSet<Vec<String>>,
    /// What it hands on of its children: a name, and the child.
    handed_on: BTreeMap<String, String>,
}

type Modules = BTreeMap<Vec<String>, Module>;

/// Reads the modules below a folder, which is that of the module `of`.
fn read(folder: &Path, of: &[String], modules: &mut Modules) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let is_child = !["mod", "lib", "main"].contains(&&*stem);
        let name: Vec<String> = of.iter().cloned().chain(is_child.then(|| stem.clone())).collect();
        if ["tests", "loom", "transfers", "golden", "leak"].contains(&&*stem) {
            continue;
        }
        if path.is_dir() {
            read(&path, &name, modules)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let tokens: TokenStream =
                fs::read_to_string(&path)?.parse().map_err(|error| format!("{}: {error}", path.display()))?;
            let module = modules.entry(name.clone()).or_default();
            scan(tokens, &name, module);
        }
    }
    Ok(())
}

/// Collects the paths of a file.
fn scan(tokens: TokenStream, here: &[String], module: &mut Module) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut k = 0;
    while k < tokens.len() {
        if is_test(&tokens[k..]) {
            // The item that follows.
            while k < tokens.len() && !ends_item(&tokens[k]) {
                k += 1;
            }
        } else if let TokenTree::Group(group) = &tokens[k] {
            scan(group.stream(), here, module);
        } else if let Some(text) = word(&tokens[k]) {
            let starts = k < 2 || !is_colon(&tokens[k - 1]) || !is_colon(&tokens[k - 2]);
            let is_dollar = k > 0 && tokens[k - 1].to_string() == "$";
            if starts && !is_dollar && (text == "crate" || text == "super") {
                let mut paths = Vec::new();
                k = path(&tokens, k, &[], &mut paths);
                module.uses.extend(paths.into_iter().filter_map(|path| absolute(&path, here)));
                continue;
            }
            if text == "use" {
                let mut paths = Vec::new();
                path(&tokens, k + 1, &[], &mut paths);
                for path in paths {
                    let from = usize::from(path[0] == "self");
                    if let [child, .., name] = &path[from..] {
                        module.handed_on.insert(name.clone(), child.clone());
                    }
                }
            }
        }
        k += 1;
    }
}

/// Whether an attribute `#[cfg(test)]`, or one that asks for more than that, begins here.
fn is_test(tokens: &[TokenTree]) -> bool {
    let [first, TokenTree::Group(attribute), ..] = tokens else { return false };
    let text = attribute.to_string().replace(' ', "");
    first.to_string() == "#" && (text.starts_with("[cfg(test") || text.starts_with("[cfg(all(test"))
}

fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => token.to_string() == ";",
    }
}

fn word(token: &TokenTree) -> Option<String> {
    if let TokenTree::Ident(ident) = token { Some(ident.to_string()) } else { None }
}

fn is_colon(token: &TokenTree) -> bool {
    token.to_string() == ":"
}

/// Reads the path, or the tree of paths, at `k`, after `before`. Gives where it ends.
fn path(tokens: &[TokenTree], mut k: usize, before: &[String], paths: &mut Vec<Vec<String>>) -> usize {
    let mut path_so_far = before.to_vec();
    loop {
        match tokens.get(k) {
            Some(TokenTree::Ident(ident)) => path_so_far.push(ident.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                for part in inner.split(|token| token.to_string() == ",").filter(|part| !part.is_empty()) {
                    path(part, 0, &path_so_far, paths);
                }
                return k + 1;
            }
            _ => break,
        }
        k += 1;
        if !(tokens.get(k).is_some_and(is_colon) && tokens.get(k + 1).is_some_and(is_colon)) {
            break;
        }
        k += 2;
    }
    if !path_so_far.is_empty() {
        paths.push(path_so_far);
    }
    k
}

/// A path that begins with `crate` or `super`, from the root of the crate.
fn absolute(path: &[String], here: &[String]) -> Option<Vec<String>> {
    let mut at = if path[0] == "crate" { Vec::new() } else { here.to_vec() };
    for name in path {
        match &**name {
            "crate" | "self" => {}
            "super" => drop(at.pop()?),
            name => at.push(name.to_owned()),
        }
    }
    Some(at)
}

/// Uses of modules of the same layer or a higher one.
fn upward(modules: &Modules) -> Vec<String> {
    let layer = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    let mut faults = BTreeSet::new();
    for (name, module) in modules {
        let Some(top) = name.first() else { continue };
        let Some(own) = layer(top) else {
            faults.insert(format!("`{top}` has no layer"));
            continue;
        };
        for used in module.uses.iter().filter_map(|used| used.first()).filter(|used| *used != top) {
            // Exported macros are at the root. Anything else that is no module there is handed on by the crate.
            if !used.starts_with("__dag_") && layer(used).is_none_or(|other| other >= own) {
                faults.insert(format!("`{}` uses `{used}`, which is no lower layer", name.join("::")));
            }
        }
    }
    faults.into_iter().collect()
}

/// Circles between the children of one module.
fn circles(modules: &Modules) -> Vec<String> {
    let mut edges: BTreeMap<&[String], BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (name, module) in modules {
        for used in &module.uses {
            let Some((parent, from, to)) = siblings(name, used, modules) else { continue };
            edges.entry(parent).or_default().entry(from).or_default().insert(to);
        }
    }
    let mut found = Vec::new();
    for (parent, edges) in edges {
        for start in edges.keys() {
            if let Some(circle) = circle(start, &edges) {
                let parent = if parent.is_empty() { "the root".to_owned() } else { parent.join("::") };
                found.push(format!("in {parent}, {} use each other", circle.join(" and ")));
                break;
            }
        }
    }
    found
}

/// The module below which both the user and what it uses are, and the two children of it that they are in.
fn siblings<'m>(
    name: &'m [String],
    used: &[String],
    modules: &Modules,
) -> Option<(&'m [String], String, String)> {
    let common = name.iter().zip(used).take_while(|(a, b)| a == b).count();
    let parent = &name[..common];
    let (from, next) = (name.get(common)?, used.get(common)?);
    let child = |child: &str| {
        modules.keys().any(|name| name.starts_with(parent) && name.get(common).is_some_and(|c| c == child))
    };
    let to =
        if child(next) { next } else { modules.get(parent)?.handed_on.get(next).filter(|to| child(to))? };
    (from != to).then(|| (parent, from.clone(), to.clone()))
}

/// A shortest way from a module back to it.
fn circle(start: &str, edges: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut ways = vec![vec![start.to_owned()]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in edges.get(way.last()?).into_iter().flatten() {
                if next == start {
                    return Some(way);
                }
                if seen.insert(next.clone()) {
                    longer.push(way.iter().chain([next]).cloned().collect());
                }
            }
        }
        ways = longer;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(name: &str, text: &str, modules: &mut Modules) {
        let name: Vec<String> = name.split("::").filter(|part| !part.is_empty()).map(String::from).collect();
        let module = modules.entry(name.clone()).or_default();
        scan(text.parse().unwrap(), &name, module);
    }

    #[test]
    fn all_paths_are_seen() {
        let mut modules = Modules::new();
        let text = "
            use crate::{error::{Error, Failure}, table};
            /// See [`crate::cli`].
            fn f() -> super::Slot { crate::unwind::ignore(|| g!(crate::stop::Stop)) }
            #[cfg(test)]
            mod tests { use crate::executor::Serial; }
        ";
        module("slot::sink", text, &mut modules);
        let uses: Vec<String> =
            modules.values().flat_map(|module| &module.uses).map(|u| u.join("::")).collect();
        assert_eq!(
            uses,
            ["error::Error", "error::Failure", "slot::Slot", "stop::Stop", "table", "unwind::ignore"]
        );
        assert_eq!(upward(&modules), ["`slot::sink` uses `stop`, which is no lower layer"]);
    }

    #[test]
    fn circles_are_seen_through_what_is_handed_on() {
        let mut modules = Modules::new();
        module("slot", "mod a; mod b; pub use a::{A, C}; use self::b::B;", &mut modules);
        module("slot::a", "use super::B;", &mut modules);
        module("slot::b", "", &mut modules);
        assert!(circles(&modules).is_empty());
        module("slot::b", "fn f(_: crate::slot::A) {}", &mut modules);
        assert_eq!(circles(&modules), ["in slot, a and b use each other"]);
    }

    #[test]
    fn the_tree_has_its_layers() {
        assert!(run(&Workspace::new()).is_ok());
    }
}
