//! A project in source format: this version's own, or an edited copy of it in a folder.

mod ignored;

use ignored::Ignored;
use std::collections::BTreeMap;
use std::path::Path;

include!(concat!(env!("OUT_DIR"), "/project.rs"));

/// The file that makes a folder a project.
const ABOUT: &str = "sfdx-project.json";
/// What is deployed besides the folders that the project names: our values for the platform's own picklists.
const VALUES: &str = "standard-values";

/// A project: its files by their paths.
#[derive(Debug)]
pub struct Project {
    pub(super) files: BTreeMap<String, String>,
    /// The version of the API that it is written in (`62.0`).
    pub(super) version: String,
}

impl Project {
    /// The project of this version.
    ///
    /// # Errors
    /// Never, because a test reads it.
    pub fn ours() -> Result<Self, String> {
        let lines: Vec<&str> = LINES.lines().collect();
        let file = |file: &str| {
            let (path, numbers) = file.split_once('\t')?;
            let said = numbers.split('\t').filter_map(|number| lines.get(number.parse::<usize>().ok()?));
            Some((path.to_owned(), said.map(|line| format!("{line}\n")).collect()))
        };
        let mut files: BTreeMap<_, String> = FILES.lines().filter_map(file).collect();
        let about = files.remove(ABOUT).unwrap_or_default();
        Ok(Self { files, version: About::read(&about)?.version })
    }

    /// A project in a folder.
    ///
    /// # Errors
    /// Says why the folder is no project.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let about = std::fs::read_to_string(folder.join(ABOUT));
        let about = about.map_err(|error| format!("{ABOUT} is missing or cannot be read: {error}"))?;
        let About { mut folders, version } = About::read(&about)?;
        if folder.join(VALUES).is_dir() {
            folders.push(VALUES.to_owned());
        }
        let (ignored, mut files) = (Ignored::of(folder), BTreeMap::new());
        for inner in folders {
            collect(folder, &folder.join(inner), &ignored, &mut files)?;
        }
        Ok(Self { files, version })
    }
}

/// What `sfdx-project.json` says.
struct About {
    folders: Vec<String>,
    version: String,
}

impl About {
    fn read(text: &str) -> Result<Self, String> {
        let about: serde_json::Value =
            serde_json::from_str(text).map_err(|error| format!("{ABOUT} is not JSON: {error}"))?;
        let named = about["packageDirectories"].as_array().into_iter().flatten();
        let folders: Vec<_> = named.filter_map(|it| it["path"].as_str()).map(str::to_owned).collect();
        if folders.is_empty() {
            return Err(format!("{ABOUT} names no folder in packageDirectories"));
        }
        let version = about["sourceApiVersion"].as_str();
        let version = version.ok_or_else(|| format!("{ABOUT} has no sourceApiVersion"))?.to_owned();
        Ok(Self { folders, version })
    }
}

fn collect(
    root: &Path,
    folder: &Path,
    ignored: &Ignored,
    found: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    let named = |path: &Path| {
        let inside = path.strip_prefix(root).unwrap_or(path);
        inside.to_string_lossy().replace('\\', "/")
    };
    let unreadable = |error: std::io::Error| format!("{} cannot be read: {error}", named(folder));
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if is_hidden || ignored.has(&named(&path), path.is_dir()) {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, ignored, found)?;
        } else {
            let text = std::fs::read_to_string(&path);
            let text = text.map_err(|error| format!("{} cannot be read: {error}", named(&path)))?;
            found.insert(named(&path), text);
        }
    }
    Ok(())
}
