//! What the tasks work on: days and their weather.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A day of rain or snow has at least this much of it, in mm: the threshold of the climate indices
/// of the ETCCDI (the Expert Team on Climate Change Detection and Indices).
pub const WET_DAY: f64 = 1.0;

/// The weather of one day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Day {
    pub date: Date,
    /// In mm.
    pub precipitation: f64,
    /// In °C.
    pub high: f64,
    /// In °C.
    pub low: f64,
    /// Mean speed in m/s.
    pub wind: f64,
    pub kind: Kind,
}

impl Day {
    /// The mean of the day's extremes, in °C.
    pub fn mean_temperature(&self) -> f64 {
        f64::midpoint(self.high, self.low)
    }

    pub fn is_wet(&self) -> bool {
        self.precipitation >= WET_DAY
    }
}

/// The kinds of weather that the data set tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    Drizzle,
    Fog,
    Rain,
    Snow,
    Sun,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::Drizzle, Kind::Fog, Kind::Rain, Kind::Snow, Kind::Sun];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Drizzle => "drizzle",
            Kind::Fog => "fog",
            Kind::Rain => "rain",
            Kind::Snow => "snow",
            Kind::Sun => "sun",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
