//! Puts the project for an org (`../salesforce`) into the program: the table `FILES` with each file's path and text.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What `setup --metadata` deploys.
const FOLDERS: [&str; 2] = ["force-app", "standard-values"];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../salesforce");
    let mut paths = vec![root.join("sfdx-project.json")];
    FOLDERS.iter().for_each(|folder| collect(&root.join(folder), &mut paths));
    paths.sort();
    let mut table = String::from("static FILES: &[(&str, &str)] = &[\n");
    for path in paths {
        let name = path.strip_prefix(&root).expect("a file of the project").to_str().expect("a name");
        let text = std::fs::read_to_string(&path).expect("a text");
        writeln!(table, "    ({:?}, {:?}),", name.replace('\\', "/"), unindented(&text)).expect("a line");
    }
    let out = std::env::var_os("OUT_DIR").expect("a folder to write to");
    std::fs::write(Path::new(&out).join("project.rs"), table + "];\n").expect("the table");
    println!("cargo:rerun-if-changed=../salesforce");
}

/// The indentation of elements says nothing, and is a fifth of the text.
fn unindented(text: &str) -> String {
    let line = |line: &str| {
        let bare = line.trim_start();
        if bare.starts_with('<') { bare.to_owned() } else { line.to_owned() }
    };
    text.lines().map(|it| line(it) + "\n").collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder of the project");
    for path in entries.map(|entry| entry.expect("a file").path()) {
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.push(path);
        }
    }
}
