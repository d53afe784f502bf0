//! The whole factorisation.

use dag_runtime::{Auto, Rayon, Serial};

use super::*;

#[test]
fn the_table_is_that_of_tiled_cholesky() {
    shape(Cholesky::TABLE).unwrap();
    assert_eq!(Cholesky::TABLE.len(), 364 + 78);
    let path: Vec<String> = Cholesky::TABLE.critical_path().map(|task| task.name().to_string()).collect();
    assert_eq!(path.last().map(String::as_str), Some("potrf[11]"));
}

#[test]
fn every_backend_gives_the_factor_without_a_copy_of_a_tile() {
    for tile_size in [1, 5, 8] {
        let matrix = Matrix::covariance(T, tile_size, 7);
        let expected = matrix.factorised();
        let serial = Cholesky { a: &matrix }.run(&Serial).unwrap();
        assert_eq!(matrix.take_tile_count(), tiles());
        let parallel = Cholesky { a: &matrix }.run(&Rayon::with_threads(3).unwrap()).unwrap();
        assert_eq!(matrix.take_tile_count(), tiles());
        for (diagonal, below) in [serial, parallel] {
            assert_eq!((diagonal.len(), below.len()), (T, T * (T - 1) / 2));
            let error = Factor::assembled(T, &diagonal, &below).relative_error(&expected);
            assert!(error <= TOLERANCE, "{error}");
        }
    }
}

#[test]
fn a_matrix_that_is_not_positive_definite_fails_at_its_tile() {
    let mut matrix = Matrix::covariance(T, 4, 7);
    matrix.set_diagonal(4 * 3 + 2, -1.0);
    for executor in [Auto::named("serial", None).unwrap(), Auto::named("rayon", Some(2)).unwrap()] {
        let error = Cholesky { a: &matrix }.run(&executor).unwrap_err();
        assert_eq!(error.task(), Some("potrf[3]"));
        let text = error.to_string();
        assert!(text.contains("`potrf[3]`") && text.contains("in row 2 of the tile"), "{text}");
    }
}

#[test]
fn the_program_checks_itself() {
    let options = Options { tile: 6, runs: 2, seed: 1 };
    let text = run(&options, Backend::Rayon, &Rayon::with_threads(2).unwrap()).unwrap();
    assert!(text.contains("\n  rayon ") && text.ends_with("moved from task to task"), "{text}");
}
