//! The project that makes an org the hotel's (`salesforce/`). What follows from the adapter's tables is written by
//! `UPDATE_DOCS=1 cargo test -p tests org::` and otherwise compared; what was written by hand (layouts, list views, tabs, the
//! app) is held against the tables. What others say of the project: `tests/clients/org.mjs`.

mod by_hand;
mod deploy;
mod enough;
mod objects;
mod rights;
mod taken_away;
mod values;
mod xml;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder of the project.
fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../salesforce")
}

/// What everybody deploys.
const MAIN: &str = "force-app/main/default";
/// What is deployed only once an org's own values are in it, because a deployment retires all others.
const VALUES: &str = "standard-values/main/default";

/// The files below a folder of the project, by their paths in the project.
fn files(folder: &str) -> BTreeMap<String, String> {
    fn collect(folder: &Path, found: &mut BTreeMap<String, String>) {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                collect(&path, found);
            } else {
                let name = path.strip_prefix(project()).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, std::fs::read_to_string(path).unwrap().replace("\r\n", "\n"));
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(&project().join(folder), &mut found);
    found
}

/// What the component in a file is called.
fn called(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split('.').next().unwrap_or(file).to_owned()
}

/// The version of the API that the project is written in.
fn version() -> String {
    let about = std::fs::read_to_string(project().join("sfdx-project.json")).unwrap();
    let about: serde_json::Value = serde_json::from_str(&about).unwrap();
    about["sourceApiVersion"].as_str().unwrap().to_owned()
}

/// Whether a file follows from the tables.
fn is_generated(path: &str) -> bool {
    let kinds = ["field", "object", "permissionset", "standardValueSet"];
    kinds.iter().any(|kind| path.ends_with(&format!(".{kind}-meta.xml")))
}

#[test]
fn the_project_says_what_the_tables_say() {
    let mut expected = objects::files();
    expected.extend(rights::files());
    expected.extend(values::files());
    expected.extend(taken_away::files());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        for (path, text) in &expected {
            let path = project().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }
    let mut there = files(MAIN);
    there.extend(files(VALUES));
    there.extend(files("uninstall"));
    for (path, text) in &expected {
        let found = there.get(path).map(String::as_str);
        assert_eq!(found, Some(text.as_str()), "{path} is behind the tables; UPDATE_DOCS=1 rewrites it");
    }
    let stray = there.keys().find(|path| is_generated(path) && !expected.contains_key(*path));
    assert_eq!(stray, None, "nothing in the tables asks for it");
}
