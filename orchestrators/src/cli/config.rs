//! What a person should know of the settings before a client starts a server with them.

use super::variables::is_ours;
use std::path::Path;

/// What would be otherwise for the client than in this shell: variables it does not get, and folders and files that it
/// would look for elsewhere. No value of a secret is told.
pub(super) fn hints(file: Option<&Path>, exported: &[&str]) -> Vec<String> {
    let given = file.map(given).unwrap_or_default();
    let is_given = |name: &str| {
        given.iter().any(|(known, value)| known == name && std::env::var(name).as_ref() == Ok(value))
    };
    let lost: Vec<_> = exported.iter().copied().filter(|name| !is_given(name)).collect();
    let lost = (!lost.is_empty()).then(|| {
        format!(
            "The client does not get the variables of this shell: {}. Write what it needs into the settings file; whom it \
             acts for is --email.",
            lost.join(", ")
        )
    });
    let relative = given.iter().filter(|(name, value)| is_place(name) && is_relative(value)).map(|(name, value)| {
        format!(
            "{name}={value} in the settings file is relative: the client takes it from a folder of its own, not from this \
             one. Give the whole path."
        )
    });
    lost.into_iter().chain(relative).collect()
}

/// Our settings in a file that has been read without fault; of a name given twice, the first counts.
fn given(file: &Path) -> Vec<(String, String)> {
    let mut given: Vec<(String, String)> = vec![];
    for (name, value) in dotenvy::from_path_iter(file).into_iter().flatten().flatten() {
        if is_ours(&name) && given.iter().all(|(known, _)| *known != name) {
            given.push((name, value));
        }
    }
    given
}

/// Whether a setting is a folder, or the file of a secret.
fn is_place(name: &str) -> bool {
    name == "HOTEL_DATA" || name.ends_with("_FILE")
}

fn is_relative(value: &str) -> bool {
    !value.is_empty() && Path::new(value).is_relative() && !Path::new(value).starts_with("~")
}
