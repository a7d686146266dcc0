//! What is measured beside what.

use std::fmt;

/// How many workers serve how many hotels; no worker is the embedded engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) workers: usize,
    pub(crate) hotels: usize,
}

pub(crate) const ALL: [Setting; 6] = [
    Setting { workers: 0, hotels: 1 },
    Setting { workers: 1, hotels: 1 },
    Setting { workers: 2, hotels: 1 },
    Setting { workers: 4, hotels: 1 },
    Setting { workers: 0, hotels: 8 },
    Setting { workers: 2, hotels: 8 },
];

impl Setting {
    /// The embedded engine under as many hotels.
    pub(crate) const fn embedded(self) -> Self {
        Self { workers: 0, hotels: self.hotels }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hotels = if self.hotels == 1 { String::new() } else { format!(", {} hotels", self.hotels) };
        match self.workers {
            0 => write!(f, "embedded{hotels}"),
            1 => write!(f, "1 worker{hotels}"),
            workers => write!(f, "{workers} workers{hotels}"),
        }
    }
}
