//! The numerical tools of the statistics.

/// The arithmetic mean; not a number where there is nothing to take it of.
pub fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, count) = values.into_iter().fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
    sum / count
}

/// The quantile at `q`, from 0 to 1, of sorted values, with linear interpolation between them:
/// type 7 of Hyndman and Fan (1996), the default of R and NumPy.
///
/// # Panics
///
/// Panics where there are no values.
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let position = q * (sorted.len() - 1) as f64;
    let below = position.floor();
    let (low, high) = (sorted[below as usize], sorted[position.ceil() as usize]);
    low + (position - below) * (high - low)
}

/// The probability that a standard normal variable is at least as far from 0 as `z`.
pub fn two_sided_p(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// The coefficients of the linear combination of `N` functions that comes closest to the values at
/// 0, 1, 2, … (least squares by the normal equations, solved by elimination with pivoting).
pub fn least_squares<const N: usize>(values: &[f64], functions: impl Fn(usize) -> [f64; N]) -> [f64; N] {
    let mut matrix = [[0.0; N]; N];
    let mut right = [0.0; N];
    for (i, y) in values.iter().enumerate() {
        let f = functions(i);
        for row in 0..N {
            right[row] += f[row] * y;
            for column in 0..N {
                matrix[row][column] += f[row] * f[column];
            }
        }
    }
    solve(matrix, right)
}

fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for k in 0..N {
        let pivot = (k..N).max_by(|&a, &b| matrix[a][k].abs().total_cmp(&matrix[b][k].abs())).unwrap_or(k);
        matrix.swap(k, pivot);
        right.swap(k, pivot);
        let (upper, lower) = matrix.split_at_mut(k + 1);
        for (offset, row) in lower.iter_mut().enumerate() {
            let factor = row[k] / upper[k][k];
            for (x, above) in row.iter_mut().zip(&upper[k]) {
                *x -= factor * above;
            }
            right[k + 1 + offset] -= factor * right[k];
        }
    }
    for k in (0..N).rev() {
        let known: f64 = (k + 1..N).map(|column| matrix[k][column] * right[column]).sum();
        right[k] = (right[k] - known) / matrix[k][k];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        let at = [0.0, 0.25, 0.5, 0.9, 1.0].map(|q| quantile(&sorted, q));
        // By hand: positions 0, 0.75, 1.5, 2.7 and 3.
        for (found, expected) in at.into_iter().zip([1.0, 1.75, 3.0, 6.8, 8.0]) {
            assert!((found - expected).abs() < 1e-12, "{found} instead of {expected}");
        }
        assert_eq!(quantile(&[5.0], 0.9), 5.0);
    }

    #[test]
    fn p_values_of_the_normal_distribution() {
        // From the tables: 1.959964 leaves 5 % on both sides.
        assert!((two_sided_p(1.959_964) - 0.05).abs() < 1e-7);
        assert!((two_sided_p(-1.959_964) - 0.05).abs() < 1e-7);
        assert_eq!(two_sided_p(0.0), 1.0);
    }

    #[test]
    fn least_squares_finds_what_made_the_values() {
        // The first function is 0 at the start, so this does not work without pivoting.
        let functions = |i: usize| [i as f64, 1.0, (i as f64).sin()];
        let values: Vec<f64> = (0..20).map(functions).map(|[a, b, c]| 3.0 * a - 2.0 * b + 0.5 * c).collect();
        let found = least_squares(&values, functions);
        for (found, expected) in found.into_iter().zip([3.0, -2.0, 0.5]) {
            assert!((found - expected).abs() < 1e-9, "{found} instead of {expected}");
        }
        assert_eq!(solve([[0.0, 2.0], [4.0, 0.0]], [6.0, 4.0]), [1.0, 3.0]);
    }
}
