//! Clusters of points: the method of Lloyd, and how good what it finds is.
//!
//! Lloyd, "Least squares quantization in PCM" (1982); Arthur and Vassilvitskii, "k-means++: the
//! advantages of careful seeding" (2007); Rousseeuw, "Silhouettes" (1987).

use dag_examples::Random;

use crate::load::{Configuration, MEASURES, Start};

pub type Point = [f64; MEASURES];

/// After this many rounds the method has failed.
const ROUNDS: usize = 200;

/// Which point belongs to which cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Clustering {
    /// The number of the cluster of each point.
    pub labels: Vec<usize>,
    /// How many rounds it took.
    pub rounds: usize,
    /// The sum of the squared distances from the points to the centres of their clusters.
    pub inertia: f64,
}

/// Moves centres to the means of the points nearest to them until nothing changes. Of centres that
/// are as near as each other, a point takes the first; a centre without points stays.
pub fn cluster(points: &[Point], configuration: &Configuration) -> Result<Clustering, String> {
    let Configuration { clusters, start, seed } = *configuration;
    if clusters > points.len() {
        return Err(format!("{} points cannot be in {clusters} clusters", points.len()));
    }
    let mut random = Random::seeded(seed);
    let mut centres = match start {
        Start::Sample => sample(points, clusters, &mut random),
        Start::Spread => spread(points, clusters, &mut random),
    };
    let mut labels = Vec::new();
    for rounds in 1..=ROUNDS {
        let next: Vec<usize> = points.iter().map(|point| nearest(&centres, point)).collect();
        if next == labels {
            let inertia =
                points.iter().zip(&labels).map(|(point, &label)| square(point, &centres[label])).sum();
            return Ok(Clustering { labels, rounds, inertia });
        }
        labels = next;
        for (label, centre) in centres.iter_mut().enumerate() {
            let own =
                points.iter().zip(&labels).filter(|&(_, &other)| other == label).map(|(point, _)| point);
            *centre = mean(own).unwrap_or(*centre);
        }
    }
    Err(format!("{clusters} clusters still change after {ROUNDS} rounds"))
}

/// The mean silhouette of all points, from -1 to 1: how much nearer a point is to its own cluster
/// than to the next one. That of a point that is alone in its cluster is 0.
pub fn silhouette(points: &[Point], labels: &[usize]) -> f64 {
    let clusters = labels.iter().max().map_or(0, |last| last + 1);
    let width = |point: &Point, own: usize| {
        let mut sums = vec![0.0; clusters];
        let mut counts = vec![0_usize; clusters];
        for (other, &label) in points.iter().zip(labels) {
            sums[label] += square(point, other).sqrt();
            counts[label] += 1;
        }
        if counts[own] < 2 {
            return 0.0;
        }
        let within = sums[own] / (counts[own] - 1) as f64;
        let others = (0..clusters).filter(|&label| label != own && counts[label] > 0);
        let nearest = others.map(|label| sums[label] / counts[label] as f64).min_by(f64::total_cmp);
        nearest.map_or(0.0, |nearest| (nearest - within) / nearest.max(within))
    };
    let widths = points.iter().zip(labels).map(|(point, &label)| width(point, label));
    widths.sum::<f64>() / points.len() as f64
}

/// This many different points.
fn sample(points: &[Point], count: usize, random: &mut Random) -> Vec<Point> {
    let mut left = points.to_vec();
    (0..count).map(|_| left.swap_remove(random.below(left.len()))).collect()
}

/// This many points, each drawn by its squared distance from those before it.
fn spread(points: &[Point], count: usize, random: &mut Random) -> Vec<Point> {
    let mut centres = vec![points[random.below(points.len())]];
    while centres.len() < count {
        let distances = points.iter().map(|point| square(point, &centres[nearest(&centres, point)]));
        let distances: Vec<f64> = distances.collect();
        let mut left = random.unit() * distances.iter().sum::<f64>();
        let drawn = distances.iter().position(|distance| {
            left -= distance;
            left < 0.0
        });
        centres.push(points[drawn.unwrap_or(0)]);
    }
    centres
}

fn nearest(centres: &[Point], point: &Point) -> usize {
    let distances = centres.iter().map(|centre| square(centre, point)).enumerate();
    distances.min_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(0, |(label, _)| label)
}

fn square(a: &Point, b: &Point) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum()
}

fn mean<'a>(points: impl Iterator<Item = &'a Point>) -> Option<Point> {
    let mut sums = [0.0; MEASURES];
    let mut count = 0_usize;
    for point in points {
        sums.iter_mut().zip(point).for_each(|(sum, value)| *sum += value);
        count += 1;
    }
    (count > 0).then(|| sums.map(|sum| sum / count as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_a_line(places: &[f64]) -> Vec<Point> {
        places.iter().map(|&x| [x, 0.0, 0.0, 0.0]).collect()
    }

    #[test]
    fn two_heaps_are_told_apart() {
        let points = on_a_line(&[0.0, 1.0, 10.0, 11.0]);
        for (start, seed) in [(Start::Sample, 1), (Start::Sample, 2), (Start::Spread, 3)] {
            let found = cluster(&points, &Configuration { clusters: 2, start, seed }).unwrap();
            assert!(found.labels[0] == found.labels[1] && found.labels[2] == found.labels[3], "{found:?}");
            assert_ne!(found.labels[0], found.labels[2]);
            assert_eq!(found.inertia, 1.0);
        }
    }

    #[test]
    fn silhouettes_by_hand() {
        // (10.5 - 1) / 10.5 outside, (9.5 - 1) / 9.5 inside.
        let points = on_a_line(&[0.0, 1.0, 10.0, 11.0]);
        let expected = (9.5 / 10.5 + 8.5 / 9.5) / 2.0;
        assert!((silhouette(&points, &[0, 0, 1, 1]) - expected).abs() < 1e-15);
        assert!((silhouette(&points, &[1, 1, 4, 4]) - expected).abs() < 1e-15, "clusters may be empty");
        assert_eq!(silhouette(&points[..2], &[0, 1]), 0.0);
        assert_eq!(silhouette(&points, &[0; 4]), 0.0);
    }

    #[test]
    fn there_are_not_more_clusters_than_points() {
        let configuration = Configuration { clusters: 3, start: Start::Sample, seed: 1 };
        let message = cluster(&on_a_line(&[1.0, 2.0]), &configuration).unwrap_err();
        assert_eq!(message, "2 points cannot be in 3 clusters");
        assert_eq!(cluster(&on_a_line(&[1.0, 2.0, 4.0]), &configuration).unwrap().inertia, 0.0);
    }
}
