//! Tasks and graphs of a crate in which `dag-runtime` has another name, and the edition is 2021.

pub mod stages {
    //! Tasks in a module.

    use rt::task;

    /// Reads one number a word.
    #[task(crate = rt)]
    pub fn load(text: &str) -> Result<Vec<f64>, std::num::ParseFloatError> {
        text.split(' ').map(str::parse).collect()
    }

    pub mod facts {
        //! Tasks in a module of a module.

        /// The mean.
        #[rt::task(crate = ::rt, depends = [super::load], cost = 10)]
        pub fn mean(load: &[f64]) -> f64 {
            load.iter().sum::<f64>() / load.len() as f64
        }

        #[rt::task(depends = [crate::stages::load, mean], crate = rt)]
        pub(crate) fn deviation(load: &[f64], mean: f64) -> f64 {
            let squares = load.iter().map(|x| (x - mean).powi(2));
            (squares.sum::<f64>() / load.len() as f64).sqrt()
        }
    }
}

/// A task that is called like a keyword of the next edition.
#[rt::task(crate = rt, depends = [stages::facts::mean])]
pub fn gen(mean: f64) -> f64 {
    2.0 * mean
}

rt::dag! {
    /// A graph in a library.
    pub graph Facts<'a>(
        /// The numbers.
        text: &'a str
    ) -> (mean, deviation, gen) {
        gen,
        stages::facts::deviation,
        stages::facts::mean,
        stages::load(text),
    }
}
