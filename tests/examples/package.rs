//! Writes the files of the zip that `setup --metadata` sends to an org without anything of the hotel into a folder, so that
//! others can look at them (`tests/clients/org.mjs`).

use skills::systems::crm::salesforce::metadata::{Components, Project};
use std::path::PathBuf;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("a folder"));
    let components = Components::of(&Project::ours().expect("a project")).expect("components");
    for (path, text) in components.package().files() {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
}
