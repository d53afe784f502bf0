//! The whole factorisation.

use dag_runtime::{Auto, Rayon, Serial};

use super::*;

/// Numbers of tiles: none, the smallest, an odd one, and that of the program.
const SIZES: [usize; 6] = [0, 1, 2, 3, 7, 12];

#[test]
fn the_table_is_that_of_tiled_cholesky() {
    for tiles in SIZES {
        let table = Cholesky::table(tiles).unwrap();
        shape(tiles, &table).unwrap();
        assert_eq!(table.len(), tiles * (tiles + 1) * (tiles + 2) / 6 + triangle(tiles));
        let path: Vec<String> = table.critical_path().map(|task| task.name().to_string()).collect();
        assert_eq!(path.last().cloned(), tiles.checked_sub(1).map(|last| format!("potrf[{last}]")));
    }
}

#[test]
fn every_backend_gives_the_factor_without_a_copy_of_a_tile() {
    for (tiles, rows) in SIZES.into_iter().flat_map(|tiles| [(tiles, 1), (tiles, 5), (tiles, 8)]) {
        let matrix = Matrix::covariance(tiles, rows, 7);
        let expected = matrix.factorised();
        let serial = Cholesky { tiles, a: &matrix }.run(&Serial).unwrap();
        assert_eq!(matrix.take_tile_count(), triangle(tiles));
        let parallel = Cholesky { tiles, a: &matrix }.run(&Rayon::with_threads(3).unwrap()).unwrap();
        assert_eq!(matrix.take_tile_count(), triangle(tiles));
        for (diagonal, below) in [serial, parallel] {
            assert_eq!((diagonal.len(), below.len()), (tiles, triangle(tiles) - tiles));
            let error = Factor::assembled(tiles, &diagonal, &below).relative_error(&expected);
            assert!(error <= TOLERANCE, "{error}");
        }
    }
}

#[test]
fn a_matrix_that_is_not_positive_definite_fails_at_its_tile() {
    for tiles in [4, 5, 12] {
        let mut matrix = Matrix::covariance(tiles, 4, 7);
        matrix.set_diagonal(4 * 3 + 2, -1.0);
        for executor in [Auto::named("serial", None).unwrap(), Auto::named("rayon", Some(2)).unwrap()] {
            let error = Cholesky { tiles, a: &matrix }.run(&executor).unwrap_err();
            assert_eq!(error.task(), Some("potrf[3]"));
            let text = error.to_string();
            assert!(text.contains("`potrf[3]`") && text.contains("in row 2 of the tile"), "{text}");
        }
    }
}

#[test]
fn the_program_checks_itself() {
    let options = Options { rows: 6, runs: 2, seed: 1 };
    for tiles in SIZES {
        let text = run(tiles, &options, Backend::Rayon, &Rayon::with_threads(2).unwrap()).unwrap();
        assert!(text.contains("\n  rayon ") && text.ends_with("moved from task to task"), "{text}");
    }
}
