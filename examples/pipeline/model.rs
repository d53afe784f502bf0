//! Which strikes damage the aircraft: a logistic regression, its validation at airports that it has not seen, and a
//! bootstrap.
//!
//! McCullagh and Nelder, "Generalized Linear Models" (1989), for Newton's method; Hanley and McNeil, "The meaning and use of the
//! area under a receiver operating characteristic (ROC) curve" (1982); Field and Welsh, "Bootstrapping clustered data" (2007).

use dag_examples::Random;
use dag_runtime::task;

use crate::rows::{Parsed, Phase, Size, clean};

/// What may change the odds of damage. The first one is the same for all strikes.
pub const TERMS: [&str; 9] = [
    "of a small animal, on approach, by day",
    "100 knots more",
    "a medium animal",
    "a large animal",
    "take-off run",
    "climb",
    "descent",
    "landing roll",
    "night, dusk or dawn",
];

/// A value for each term.
pub type Terms = [f64; TERMS.len()];

/// How many parts the airports are divided into. The model is validated with each of them.
pub const FOLDS: usize = 10;
/// How many samples one task draws.
pub const SAMPLES: usize = 10;

/// A strike, as the model sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub terms: Terms,
    pub is_damaged: bool,
    /// The number of the airport.
    pub airport: usize,
}

/// What the model is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    pub rows: Vec<Row>,
    pub airports: usize,
}

/// The strikes in flight and on the runway whose speed is known.
#[task(depends = [clean])]
pub fn design(clean: &Parsed) -> Design {
    let mut airports: Vec<&str> = clean.strikes.iter().map(|strike| strike.airport.as_str()).collect();
    airports.sort_unstable();
    airports.dedup();
    let flag = f64::from;
    let rows = clean.strikes.iter().filter_map(|strike| {
        let speed = strike.speed.filter(|&speed| speed > 0)?;
        if matches!(strike.phase, Phase::Parked | Phase::Taxi) {
            return None;
        }
        let terms = [
            1.0,
            f64::from(speed) / 100.0,
            flag(strike.size == Size::Medium),
            flag(strike.size == Size::Large),
            flag(strike.phase == Phase::TakeOff),
            flag(strike.phase == Phase::Climb),
            flag(strike.phase == Phase::Descent),
            flag(strike.phase == Phase::Landing),
            flag(strike.is_dark),
        ];
        let airport = airports.binary_search(&strike.airport.as_str()).ok()?;
        Some(Row { terms, is_damaged: strike.is_damaged, airport })
    });
    Design { rows: rows.collect(), airports: airports.len() }
}

/// The coefficients for all strikes.
///
/// # Errors
///
/// Fails if there are none after this number of rounds. An `Err` is not kept, and the coefficients are the same for any
/// number that is large enough: so it does not count for the key.
#[task(depends = [design], uses = [regression], cost = 5)]
pub fn fit(design: &Design, ridge: f64, #[key(skip)] rounds: usize) -> Result<Terms, String> {
    regression(design, &vec![1.0; design.airports], [0.0; TERMS.len()], ridge, rounds)
}

/// How well the model tells damaging strikes from others at airports that it was not made from: the area under the curve, from
/// 0.5 for guesses to 1.
///
/// # Errors
///
/// As [`fit`].
#[task(depends = [design], uses = [regression, area], cost = 5)]
pub fn validate(design: &Design, fold: usize, ridge: f64, #[key(skip)] rounds: usize) -> Result<f64, String> {
    let weights: Vec<f64> =
        (0..design.airports).map(|airport| if airport % FOLDS == fold { 0.0 } else { 1.0 }).collect();
    let model = regression(design, &weights, [0.0; TERMS.len()], ridge, rounds)?;
    let unseen = design.rows.iter().filter(|row| weights[row.airport] == 0.0);
    Ok(area(unseen.map(|row| (dot(&model, &row.terms), row.is_damaged)).collect()))
}

/// The coefficients for some samples of airports, each drawn with repetition: strikes at one airport have much in
/// common. With a version, the code may become faster without new samples; raise it when they change.
///
/// # Errors
///
/// As [`fit`].
#[task(depends = [design, fit], version = 1, cost = 50)]
pub fn resample(
    design: &Design,
    fit: &Terms,
    batch: usize,
    seed: u64,
    ridge: f64,
    #[key(skip)] rounds: usize,
) -> Result<Vec<Terms>, String> {
    let mut random = Random::seeded(seed.wrapping_mul(1_000_003).wrapping_add(batch as u64));
    let sample = |_| {
        let mut weights = vec![0.0; design.airports];
        (0..design.airports).for_each(|_| weights[random.below(design.airports)] += 1.0);
        regression(design, &weights, *fit, ridge, rounds)
    };
    (0..SAMPLES).map(sample).collect()
}

/// The coefficients of a logistic regression, by Newton's method from `start`. The strikes at each airport have a weight. The
/// squares of all coefficients but the first are held down by `ridge`.
///
/// # Errors
///
/// Fails if the coefficients still change after this number of rounds.
#[task]
pub fn regression(
    design: &Design,
    weights: &[f64],
    start: Terms,
    ridge: f64,
    rounds: usize,
) -> Result<Terms, String> {
    let mut model = start;
    for _ in 0..rounds {
        let mut gradient = model.map(|coefficient| -ridge * coefficient);
        gradient[0] = 0.0;
        let mut curvature = [[0.0; TERMS.len()]; TERMS.len()];
        (1..TERMS.len()).for_each(|term| curvature[term][term] = ridge);
        for Row { terms, is_damaged, airport } in &design.rows {
            let weight = weights[*airport];
            if weight == 0.0 {
                continue;
            }
            let chance = 1.0 / (1.0 + libm::exp(-dot(&model, terms)));
            let error = weight * (f64::from(*is_damaged) - chance);
            let spread = weight * chance * (1.0 - chance);
            for (i, &term) in terms.iter().enumerate().filter(|&(_, &term)| term != 0.0) {
                gradient[i] += error * term;
                for (sum, other) in curvature[i].iter_mut().zip(terms).take(i + 1) {
                    *sum += spread * term * other;
                }
            }
        }
        let step = solve(curvature, gradient).ok_or("the terms cannot be told apart")?;
        model.iter_mut().zip(step).for_each(|(coefficient, step)| *coefficient += step);
        if step.iter().all(|step| step.abs() < 1e-9) {
            return Ok(model);
        }
    }
    Err(format!("the coefficients still change after {rounds} rounds"))
}

/// Solves a positive definite system of which the lower half is given, by Cholesky's factors.
fn solve(mut matrix: [Terms; TERMS.len()], mut right: Terms) -> Option<Terms> {
    for i in 0..TERMS.len() {
        for j in 0..=i {
            let sum = (0..j).map(|k| matrix[i][k] * matrix[j][k]).sum::<f64>();
            let rest = matrix[i][j] - sum;
            if i == j && (rest.is_nan() || rest <= 1e-9) {
                return None;
            }
            matrix[i][j] = if i == j { rest.sqrt() } else { rest / matrix[j][j] };
        }
        let sum = (0..i).map(|k| matrix[i][k] * right[k]).sum::<f64>();
        right[i] = (right[i] - sum) / matrix[i][i];
    }
    for i in (0..TERMS.len()).rev() {
        let sum = (i + 1..TERMS.len()).map(|k| matrix[k][i] * right[k]).sum::<f64>();
        right[i] = (right[i] - sum) / matrix[i][i];
    }
    Some(right)
}

fn dot(a: &Terms, b: &Terms) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// How often a damaging strike has a higher score than another one. Equal scores count half.
#[task]
pub fn area(mut scores: Vec<(f64, bool)>) -> f64 {
    scores.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let (mut below, mut pairs, mut damaged) = (0.0, 0.0, 0.0);
    for same in scores.chunk_by(|(a, _), (b, _)| a == b) {
        let hits = same.iter().filter(|(_, is_damaged)| *is_damaged).count() as f64;
        let others = same.len() as f64 - hits;
        pairs += hits * (below + others / 2.0);
        below += others;
        damaged += hits;
    }
    pairs / (below * damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Strikes with one term besides the first: how many are damaged, and how many not, without it and with it.
    fn two_groups([damaged, whole, term_damaged, term_whole]: [usize; 4]) -> Design {
        let row = |has_term: bool, is_damaged| {
            let mut terms = [0.0; TERMS.len()];
            (terms[0], terms[1]) = (1.0, f64::from(has_term));
            Row { terms, is_damaged, airport: 0 }
        };
        let groups = [
            (damaged, false, true),
            (whole, false, false),
            (term_damaged, true, true),
            (term_whole, true, false),
        ];
        let rows = groups.iter().flat_map(|&(count, term, damaged)| vec![row(term, damaged); count]);
        Design { rows: rows.collect(), airports: 1 }
    }

    /// Of two groups, the coefficients are the logarithm of the odds and of their ratio.
    #[test]
    fn two_groups_have_their_odds() {
        let design = two_groups([10, 90, 20, 40]);
        // With terms that are nowhere, something has to hold them.
        let model = regression(&design, &[1.0], [0.0; TERMS.len()], 1e-7, 20).unwrap();
        assert!((model[0] - (10.0_f64 / 90.0).ln()).abs() < 1e-6, "{model:?}");
        assert!((model[1] - (20.0 / 40.0 * 90.0 / 10.0_f64).ln()).abs() < 1e-6, "{model:?}");
        assert_eq!(model[2..], [0.0; 7]);
        // A weight counts as this many strikes.
        assert_eq!(regression(&design, &[0.0], model, 1.0, 1), Err("the terms cannot be told apart".into()));
    }

    #[test]
    fn too_few_rounds_are_an_error() {
        let error =
            regression(&two_groups([10, 90, 20, 40]), &[1.0], [0.0; TERMS.len()], 1e-7, 2).unwrap_err();
        assert_eq!(error, "the coefficients still change after 2 rounds");
    }

    #[test]
    fn areas_count_pairs() {
        assert_eq!(area(vec![(1.0, false), (2.0, true)]), 1.0);
        assert_eq!(area(vec![(1.0, true), (2.0, false)]), 0.0);
        assert_eq!(area(vec![(1.0, true), (1.0, false), (0.0, false)]), 0.75);
    }
}
