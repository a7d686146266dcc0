//! The blocks of the documents, and the commands in them.

use super::{file, root};
use std::path::Path;

/// The documents with commands.
pub(super) fn documents() -> Vec<String> {
    fn collect(folder: &Path, into: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                into.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    let mut names: Vec<String> = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(str::to_owned).into();
    collect(&root().join("docs"), &mut names);
    names.sort();
    names
}

/// The blocks of a document that are marked with this word.
pub(super) fn blocks(document: &str, word: &str) -> Vec<String> {
    let text = file(document);
    let mut blocks = vec![];
    // Every second part is inside a fence. Its first line is what it is marked with.
    for block in text.split("\n```").skip(1).step_by(2) {
        let (marked, inside) = block.split_once('\n').unwrap_or((block, ""));
        if marked == word {
            blocks.push(inside.to_owned());
        }
    }
    blocks
}

/// The commands of a block, without comments, with lines that end with `\` joined.
pub(super) fn commands(block: &str) -> Vec<String> {
    let block = block.replace("\\\n", " ");
    let bare = |line: &str| line.split(" #").next().unwrap_or_default().trim().to_owned();
    block.lines().map(bare).filter(|line| !line.is_empty()).collect()
}
