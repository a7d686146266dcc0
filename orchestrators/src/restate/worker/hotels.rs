//! The hotels that a worker serves: one from its own settings, or each from a settings file of a folder.

use crate::engine::journal::Schedule;
use crate::engine::{Calls, Works};
use crate::restate::Remote;
use crate::saga::erased::Boxed;
use crate::saga::run::Surroundings;
use crate::sagas::{Sagas, works};
use anyhow::Context;
use jiff::Timestamp;
use skills::settings::Settings;
use skills::systems::Hotel;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

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
    /// Settings files that were read, with the hotel of each and the time when the file was last changed.
    files: HashMap<PathBuf, (String, Option<SystemTime>)>,
    /// Settings files that cannot be used, and why.
    unusable: HashMap<PathBuf, String>,
}

impl Known {
    fn is_served(&mut self, file: PathBuf, changed: Option<SystemTime>, served: Served) {
        let key = served.engine.hotel_key().to_owned();
        if self.files.iter().any(|(other, (known, _))| *known == key && *other != file) {
            return self.is_unusable(file, "another file names the same hotel".to_owned());
        }
        self.unusable.remove(&file);
        self.is_served_no_more(&file);
        self.hotels.insert(key.clone(), Arc::new(served));
        self.files.insert(file, (key, changed));
    }

    fn is_served_no_more(&mut self, file: &Path) {
        if let Some((key, _)) = self.files.remove(file) {
            self.hotels.remove(&key);
        }
    }

    /// The log says it once.
    fn is_unusable(&mut self, file: PathBuf, why: String) {
        if self.unusable.get(&file) != Some(&why) {
            tracing::error!(file = %file.display(), why, "this settings file cannot be used");
        }
        self.unusable.insert(file, why);
    }
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
        let served = Served::of(settings, hotel, hotels.sagas.clone())?;
        hotels.locked().hotels.insert(served.engine.hotel_key().to_owned(), Arc::new(served));
        Ok(hotels)
    }

    /// Each hotel that has a settings file (`NAME.env`) in a folder. A file that is put there later, or mended, is read when a
    /// call names a hotel that is not known yet. A file that cannot be used keeps no other hotel from being served.
    ///
    /// # Errors
    /// When the folder cannot be read.
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
        self.locked().hotels.len()
    }

    /// The hotel of this key.
    pub(super) fn find(&self, key: &str) -> Result<Arc<Served>, String> {
        self.find_on(key, "")
    }

    /// The hotel of this key on these systems, if they are given: a call is played on those that it was begun on.
    pub(super) fn find_on(&self, key: &str, systems: &str) -> Result<Arc<Served>, String> {
        let fits = |served: &Arc<Served>| systems.is_empty() || served.engine.systems() == systems;
        if let Some(served) = self.known(key).filter(fits) {
            return Ok(served);
        }
        self.read_folder().map_err(|error| format!("{error:#}"))?;
        let served = self.known(key);
        let is_known = served.is_some();
        served.filter(fits).ok_or_else(|| {
            if is_known {
                return format!("this worker serves hotel {key} on other systems: give it the server's settings");
            }
            // Which files these are is not told: they are other hotels' affairs.
            let wrong = match self.locked().unusable.len() {
                0 => String::new(),
                some => format!(" (settings files that cannot be used: {some}; the worker's log says why)"),
            };
            format!("this worker has no hotel {key}: its settings must name the same systems as the server's{wrong}")
        })
    }

    fn locked(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, key: &str) -> Option<Arc<Served>> {
        self.locked().hotels.get(key).cloned()
    }

    fn read_folder(&self) -> anyhow::Result<()> {
        let Some((folder, open)) = &self.folder else { return Ok(()) };
        let read = || format!("the folder of hotels {} cannot be read", folder.display());
        self.forget_hotels_without_file();
        for file in std::fs::read_dir(folder).with_context(read)? {
            let file = file.with_context(read)?.path();
            // A link to what is gone is no file.
            if file.extension().is_none_or(|ending| ending != "env") || !file.exists() {
                continue;
            }
            let changed = std::fs::metadata(&file).and_then(|file| file.modified()).ok();
            if self.locked().files.get(&file).is_some_and(|(_, known)| *known == changed) {
                continue;
            }
            match open(&file).and_then(|(settings, hotel)| Served::of(settings, hotel, self.sagas.clone())) {
                Ok(served) => self.locked().is_served(file, changed, served),
                Err(error) => self.locked().is_unusable(file, format!("{error:#}")),
            }
        }
        Ok(())
    }

    /// A hotel is served as long as its settings file is there.
    fn forget_hotels_without_file(&self) {
        let mut known = self.locked();
        known.unusable.retain(|file, _| file.exists());
        let gone: Vec<_> = known.files.keys().filter(|file| !file.exists()).cloned().collect();
        gone.iter().for_each(|file| known.is_served_no_more(file));
    }
}

impl Served {
    fn of(settings: Settings, hotel: Hotel, sagas: Sagas) -> anyhow::Result<Self> {
        let address =
            settings.restate.clone().context("HOTEL_RESTATE: missing; give the address of the engine")?;
        let hotel = Arc::new(hotel);
        let Works { ways_back, may_be_logged, .. } = works(sagas.clone());
        let around = Surroundings {
            hotel: Arc::clone(&hotel),
            call_deadline: settings.call_deadline,
            step_timeout: settings.step_timeout,
            bookings_per_guest: settings.bookings_per_guest,
            requests_per_guest: settings.requests_per_guest,
            ways_back,
            may_be_logged,
        };
        let engine = Remote::new(hotel, settings.clone(), &address, may_be_logged)?;
        Ok(Self { around: Arc::new(around), settings, sagas, engine })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restate::hotel_key;

    /// Settings of an embedded hotel beside the file, if it says so.
    fn open(file: &Path) -> anyhow::Result<(Settings, Hotel)> {
        let text = std::fs::read_to_string(file)?;
        anyhow::ensure!(text.starts_with("a hotel"), "it is no hotel's");
        let data = file.with_extension("data");
        let settings = Settings::read(|name| match name {
            "HOTEL_DATA" => Some(data.display().to_string()),
            "HOTEL_RESTATE" => Some("http://127.0.0.1:8080".to_owned()),
            _ => None,
        })?;
        skills::sqlite::private_folder(&settings.data)?;
        let hotel = Hotel::open(&settings)?;
        Ok((settings, hotel))
    }

    fn never(_: Arc<Served>, _: Schedule, _: Duration) -> Boxed<'static, (Schedule, Timestamp)> {
        Box::pin(std::future::pending())
    }

    fn key_of(file: &Path) -> String {
        let (settings, hotel) = open(file).unwrap();
        hotel_key(&settings, &hotel)
    }

    #[test]
    fn a_settings_file_that_cannot_be_used_keeps_no_other_hotel_from_being_served() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(format!("{name}.env"));
        for (name, text) in [("a", "what is this"), ("b", "a hotel"), ("c", "what is that")] {
            std::fs::write(file(name), text).unwrap();
        }
        let hotels = Hotels::of_folder(folder.path().to_owned(), open, never, Sagas::default()).unwrap();
        assert_eq!(hotels.count(), 1);
        assert!(hotels.find(&key_of(&file("b"))).is_ok());

        // Nor one that is put there later, and the wrong file is read again once it was mended.
        std::fs::write(file("d"), "a hotel").unwrap();
        assert!(hotels.find(&key_of(&file("d"))).is_ok());
        std::fs::write(file("c"), "a hotel").unwrap();
        assert!(hotels.find(&key_of(&file("c"))).is_ok());

        // A hotel that has other systems now is the same hotel: the file is read again.
        let served = hotels.find(&key_of(&file("c"))).unwrap();
        assert!(hotels.find_on(served.engine.hotel_key(), &served.engine.systems()).is_ok());
        let why = hotels.find_on(served.engine.hotel_key(), "other systems").err().unwrap();
        assert!(why.contains("on other systems"), "{why}");

        // Whose files they are is no caller's affair.
        let why = hotels.find("another").err().unwrap();
        assert!(why.contains("cannot be used: 1;") && !why.contains("a.env"), "{why}");
    }

    #[test]
    fn a_hotel_without_its_file_is_served_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("one.env");
        std::fs::write(&file, "a hotel").unwrap();
        let key = key_of(&file);
        let hotels = Hotels::of_folder(folder.path().to_owned(), open, never, Sagas::default()).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert!(hotels.find("another").is_err());
        assert!(hotels.find(&key).is_err());
    }
}
