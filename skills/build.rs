//! Puts the project for an org (`../salesforce`) into the program. Its files say the same lines again and again, so each line is
//! kept once: `LINES` has them, and a line of `FILES` is a file's path and the numbers of its lines.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What `setup --metadata` deploys.
const FOLDERS: [&str; 2] = ["force-app", "standard-values"];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../salesforce");
    let mut paths = vec![root.join("sfdx-project.json")];
    FOLDERS.iter().for_each(|folder| collect(&root.join(folder), &mut paths));
    paths.sort();
    let (mut numbers, mut lines, mut files) = (HashMap::new(), String::new(), String::new());
    for path in paths {
        let name = path.strip_prefix(&root).expect("a file of the project").to_str().expect("a name");
        files += &name.replace('\\', "/");
        let text = std::fs::read_to_string(&path).expect("a text");
        for line in text.lines().map(unindented) {
            let next = numbers.len();
            let number = *numbers.entry(line.to_owned()).or_insert_with(|| {
                lines += line;
                lines.push('\n');
                next
            });
            files += &format!("\t{number}");
        }
        files.push('\n');
    }
    let tables = format!("static LINES: &str = {lines:?};\nstatic FILES: &str = {files:?};\n");
    let out = std::env::var_os("OUT_DIR").expect("a folder to write to");
    std::fs::write(Path::new(&out).join("project.rs"), tables).expect("the tables");
    println!("cargo:rerun-if-changed=../salesforce");
}

/// A line without the blanks before an element, which say nothing.
fn unindented(line: &str) -> &str {
    let bare = line.trim_start();
    if bare.starts_with('<') { bare } else { line }
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
