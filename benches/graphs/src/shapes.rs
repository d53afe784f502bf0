//! The shapes of the graphs: which task depends on which.
//!
//! The build script writes graphs from these lists, and systems that take a graph at run time are
//! given the same lists.

/// A graph as lists of what each task depends on, all of which have lower numbers.
#[derive(Clone, Debug)]
pub struct Shape {
    /// As in tables.
    pub name: &'static str,
    /// The first part of the names of its types.
    pub type_name: &'static str,
    /// For each task, the tasks that it depends on: at most 3.
    pub dependencies: Vec<Vec<u32>>,
}

impl Shape {
    fn new(name: &'static str, type_name: &'static str, tasks: u32, of: impl FnMut(u32) -> Vec<u32>) -> Self {
        Shape { name, type_name, dependencies: (0..tasks).map(of).collect() }
    }

    /// How many tasks there are.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.dependencies.len()
    }

    /// For each task, the tasks that depend on it.
    #[must_use]
    pub fn dependents(&self) -> Vec<Vec<u32>> {
        let mut dependents = vec![Vec::new(); self.tasks()];
        for (task, dependencies) in (0..).zip(&self.dependencies) {
            for &dependency in dependencies {
                dependents[dependency as usize].push(task);
            }
        }
        dependents
    }
}

/// The shapes of about 1,000 tasks.
#[must_use]
pub fn large() -> Vec<Shape> {
    vec![
        chain("chain 1000", "Chain", 1000),
        Shape::new("independent 1000", "Independent", 1000, |_| Vec::new()),
        tree("tree 1023", "Tree", 1023),
        reduction("reduction 1023", "Reduction", 1023),
        wavefront("wavefront 32x32", "Wavefront", 32),
        layered("layered 20x50", "Layered", 20, 50),
    ]
}

/// Graphs of few tasks.
#[must_use]
pub fn small() -> Vec<Shape> {
    vec![
        wavefront("wavefront 3x3", "WavefrontOf9", 3),
        wavefront("wavefront 8x8", "WavefrontOf64", 8),
        layered("layered 8x8", "LayeredOf64", 8, 8),
    ]
}

/// The shapes on which live outputs are counted.
#[must_use]
pub fn counted() -> Vec<Shape> {
    vec![
        chain("chain 100", "CountedChain", 100),
        Shape::new("independent 100", "CountedIndependent", 100, |_| Vec::new()),
        tree("tree 127", "CountedTree", 127),
        reduction("reduction 127", "CountedReduction", 127),
        wavefront("wavefront 12x12", "CountedWavefront", 12),
        layered("layered 12x12", "CountedLayered", 12, 12),
    ]
}

/// Task Bench's stencil_1d: each cell waits for itself and its neighbours one step before.
#[must_use]
pub fn stencil(steps: u32, cells: u32) -> Shape {
    Shape::new("stencil", "Stencil", steps * cells, |task| {
        let (step, cell) = (task / cells, task % cells);
        let beside = cell.saturating_sub(1)..(cell + 2).min(cells);
        if step == 0 { Vec::new() } else { beside.map(|cell| (step - 1) * cells + cell).collect() }
    })
}

fn chain(name: &'static str, type_name: &'static str, tasks: u32) -> Shape {
    Shape::new(name, type_name, tasks, |task| task.checked_sub(1).into_iter().collect())
}

/// A binary tree from its root: each task makes two others possible.
fn tree(name: &'static str, type_name: &'static str, tasks: u32) -> Shape {
    Shape::new(name, type_name, tasks, |task| task.checked_sub(1).map(|k| k / 2).into_iter().collect())
}

/// The same tree to its root. Its leaves come first; `tasks` is one less than a power of two.
fn reduction(name: &'static str, type_name: &'static str, tasks: u32) -> Shape {
    let leaves = tasks.div_ceil(2);
    Shape::new(name, type_name, tasks, |task| match task.checked_sub(leaves) {
        None => Vec::new(),
        Some(inner) => vec![2 * inner, 2 * inner + 1],
    })
}

/// A square in which each task waits for its upper and its left neighbour.
fn wavefront(name: &'static str, type_name: &'static str, side: u32) -> Shape {
    Shape::new(name, type_name, side * side, |task| {
        let upper = task.checked_sub(side);
        let left = (!task.is_multiple_of(side)).then(|| task - 1);
        upper.into_iter().chain(left).collect()
    })
}

/// Layers of tasks, each task with 3 dependencies, drawn from the 3 layers before.
fn layered(name: &'static str, type_name: &'static str, layers: u32, width: u32) -> Shape {
    let mut random = Random(20);
    Shape::new(name, type_name, layers * width, |task| {
        let layer = task / width;
        let (first, end) = (layer.saturating_sub(3) * width, layer * width);
        let mut drawn = Vec::new();
        while first < end && drawn.len() < 3 {
            let dependency = first + random.below(end - first);
            if !drawn.contains(&dependency) {
                drawn.push(dependency);
            }
        }
        drawn
    })
}

/// SplitMix64, by Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % u64::from(bound)) as u32
    }
}
