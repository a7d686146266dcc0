//! The hotels that a worker serves: one from its own settings, or each from a settings file of a folder.

use crate::engine::Works;
use crate::engine::journal::Schedule;
use crate::restate::Remote;
use crate::restate::wire::hotel_key;
use crate::saga::erased::Boxed;
use crate::saga::run::Surroundings;
use crate::sagas::{Sagas, works};
use anyhow::Context;
use jiff::Timestamp;
use skills::settings::Settings;
use skills::systems::Hotel;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A hotel that a worker serves.
pub(crate) struct Served {
    pub(super) around: Arc<Surroundings>,
    pub(super) settings: Settings,
    pub(super) sagas: Sagas,
    /// The engine, for calls that the hotel makes on its own behalf.
    pub(crate) engine: Remote,
}

/// Opens the hotel of a settings file.
pub(crate) type Open = fn(&Path) -> anyhow::Result<(Settings, Hotel)>;

/// Reconciles a hotel by rule once: what is known of the schedule then, and when the next run is due.
pub(crate) type Reconcile = fn(Arc<Served>, Schedule, Duration) -> Boxed<'static, (Schedule, Timestamp)>;

/// The hotels that a worker serves.
#[derive(Clone)]
pub(crate) struct Hotels {
    pub(super) reconcile: Reconcile,
    sagas: Sagas,
    folder: Option<(PathBuf, Open)>,
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    hotels: HashMap<String, Arc<Served>>,
    /// Settings files that were read, with the hotel of each.
    files: HashMap<PathBuf, String>,
}

impl Hotels {
    /// The hotel of these settings.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(crate) fn of(
        settings: Settings,
        hotel: Hotel,
        reconcile: Reconcile,
        sagas: Sagas,
    ) -> anyhow::Result<Self> {
        let hotels = Self { reconcile, sagas, folder: None, known: Arc::default() };
        hotels.add(settings, hotel)?;
        Ok(hotels)
    }

    /// Each hotel that has a settings file (`NAME.env`) in a folder. A file that is put there later is read when a call names
    /// a hotel that is not known yet.
    ///
    /// # Errors
    /// The first file whose hotel cannot be opened.
    pub(crate) fn of_folder(
        folder: PathBuf,
        open: Open,
        reconcile: Reconcile,
        sagas: Sagas,
    ) -> anyhow::Result<Self> {
        let hotels = Self { reconcile, sagas, folder: Some((folder, open)), known: Arc::default() };
        hotels.read_folder()?;
        Ok(hotels)
    }

    /// How many there are.
    #[must_use]
    pub(crate) fn count(&self) -> usize {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).hotels.len()
    }

    /// The hotel of this key.
    pub(super) fn find(&self, key: &str) -> Result<Arc<Served>, String> {
        if let Some(served) = self.known(key) {
            return Ok(served);
        }
        self.read_folder().map_err(|error| format!("{error:#}"))?;
        self.known(key).ok_or_else(|| {
            format!("this worker has no hotel {key}: its settings must name the same systems as the server's")
        })
    }

    fn known(&self, key: &str) -> Option<Arc<Served>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).hotels.get(key).cloned()
    }

    fn read_folder(&self) -> anyhow::Result<()> {
        let Some((folder, open)) = &self.folder else { return Ok(()) };
        let read = || format!("the folder of hotels {} cannot be read", folder.display());
        self.forget_hotels_without_file();
        for file in std::fs::read_dir(folder).with_context(read)? {
            let file = file.with_context(read)?.path();
            let is_known =
                self.known.lock().unwrap_or_else(PoisonError::into_inner).files.contains_key(&file);
            if is_known || file.extension().is_none_or(|ending| ending != "env") {
                continue;
            }
            if !file.exists() {
                continue; // a link to what is gone
            }
            let (settings, hotel) = open(&file)?;
            let key = self.add(settings, hotel).with_context(|| file.display().to_string())?;
            self.known.lock().unwrap_or_else(PoisonError::into_inner).files.insert(file, key);
        }
        Ok(())
    }

    /// A hotel is served as long as its settings file is there.
    fn forget_hotels_without_file(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let gone: Vec<_> = known.files.keys().filter(|file| !file.exists()).cloned().collect();
        for file in gone {
            if let Some(key) = known.files.remove(&file) {
                known.hotels.remove(&key);
            }
        }
    }

    /// Opens a hotel; returns its key.
    fn add(&self, settings: Settings, hotel: Hotel) -> anyhow::Result<String> {
        let address =
            settings.restate.clone().context("HOTEL_RESTATE: missing; give the address of the engine")?;
        let hotel = Arc::new(hotel);
        let key = hotel_key(&settings, &hotel);
        let Works { ways_back, may_be_logged, .. } = works(self.sagas.clone());
        let around = Surroundings {
            hotel: Arc::clone(&hotel),
            call_deadline: settings.call_deadline,
            step_timeout: settings.step_timeout,
            bookings_per_guest: settings.bookings_per_guest,
            ways_back,
            may_be_logged,
        };
        let engine = Remote::new(hotel, settings.clone(), &address, may_be_logged)?;
        let served = Served { around: Arc::new(around), settings, sagas: self.sagas.clone(), engine };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.hotels.insert(key.clone(), Arc::new(served));
        Ok(key)
    }
}
