//! How long the same thing took, each time.

use std::time::Duration;

/// Durations of the same thing.
#[derive(Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    /// Adds one.
    pub fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// Adds several.
    pub fn extend(&mut self, other: Vec<Duration>) {
        self.0.extend(other);
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    /// The median.
    #[must_use]
    pub fn p50(&self) -> Duration {
        self.at(50)
    }

    /// The longest but one in a hundred.
    #[must_use]
    pub fn p99(&self) -> Duration {
        self.at(99)
    }

    /// The longest.
    #[must_use]
    pub fn worst(&self) -> Duration {
        self.0.iter().copied().max().unwrap_or_default()
    }

    fn at(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() * percent / 100).copied().unwrap_or_default()
    }
}
