//! The picture of the house in docs/how-it-works.md: each box is a folder, each arrow an import, each folder has a box.

use super::{between, file, root};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const PAGE: &str = "docs/how-it-works.md";
const SERVERS: [&str; 2] = tests::SERVERS;
/// Boxes that are no code of ours.
const OUTSIDE: [&str; 3] = ["client", "real", "journal"];

/// The boxes, by the crate in whose frame they stand, and the arrows.
#[derive(Default)]
struct Picture {
    frames: BTreeMap<String, BTreeSet<String>>,
    arrows: BTreeSet<(String, String)>,
}

/// The name of a box, without its text: `mcp` of `mcp["mcp: the protocol"]`.
fn name(text: &str) -> String {
    text.trim().split(['[', '(']).next().unwrap_or_default().trim().to_owned()
}

impl Picture {
    fn read() -> Self {
        let page = file(PAGE);
        let drawn = page[between(&page, PAGE, "house")].to_owned();
        let mut picture = Self::default();
        let mut frame = String::new();
        for line in drawn.lines().map(str::trim) {
            if let Some(title) = line.strip_prefix("subgraph ") {
                frame = title.to_owned();
            } else if line == "end" {
                frame.clear();
            } else if let Some((from, to)) = line.split_once("<-->") {
                picture.arrow(&frame, from, to);
                picture.arrow(&frame, to, from);
            } else if let Some((from, to)) = line.split_once("-->") {
                let from = from.split(" -- ").next().unwrap_or_default();
                to.split('&').for_each(|to| picture.arrow(&frame, from, to));
            } else if line.contains('[') {
                picture.frames.entry(frame.clone()).or_default().insert(name(line));
            }
        }
        picture
    }

    fn arrow(&mut self, frame: &str, from: &str, to: &str) {
        if !frame.is_empty() {
            self.frames.entry(frame.to_owned()).or_default().extend([name(from), name(to)]);
        }
        self.arrows.insert((name(from), name(to)));
    }

    /// Whether there is an arrow each way.
    fn goes_both_ways(&self, from: &str, to: &str) -> bool {
        self.arrows.contains(&(to.to_owned(), from.to_owned()))
    }
}

/// The folders with code of a crate.
fn folders(of: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join(of).join("src")).unwrap().map(|entry| entry.unwrap().path());
    let folders = entries.filter(|path| path.is_dir());
    folders.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
}

/// The code of a module: its file and its folder.
fn code(of: &str, module: &str) -> String {
    fn collect(path: &Path, into: &mut String) {
        if path.is_dir() {
            std::fs::read_dir(path).unwrap().for_each(|entry| collect(&entry.unwrap().path(), into));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    let mut text = String::new();
    let module = root().join(of).join("src").join(module);
    collect(&module, &mut text);
    collect(&module.with_extension("rs"), &mut text);
    text
}

#[test]
fn each_folder_of_the_code_has_its_box_in_the_picture() {
    let picture = Picture::read();
    for of in ["orchestrators", "skills"] {
        assert_eq!(picture.frames[of], folders(of), "{of}");
    }
    assert_eq!(picture.frames["servers"], SERVERS.map(str::to_owned).into());
}

#[test]
fn each_arrow_of_the_picture_is_an_import() {
    let picture = Picture::read();
    let is_ours = |of: &str, from: &String, to: &String| {
        picture.frames[of].contains(from) && picture.frames[of].contains(to)
    };
    let mut looked_at = 0;
    for (from, to) in &picture.arrows {
        let Some(of) = ["orchestrators", "skills"].into_iter().find(|of| is_ours(of, from, to)) else {
            continue;
        };
        assert!(code(of, from).contains(&format!("crate::{to}")), "{from} does not use {to}");
        let back = code(of, to).contains(&format!("crate::{from}"));
        assert_eq!(back, picture.goes_both_ways(from, to), "{to} uses {from}, or an arrow says so");
        looked_at += 1;
    }
    assert!(looked_at > 20, "{looked_at}");
}

#[test]
fn arrows_between_crates_are_those_of_cargo() {
    let crates: Vec<&str> = SERVERS.into_iter().chain(["orchestrators", "skills"]).collect();
    let mut depends = BTreeSet::new();
    for from in &crates {
        let manifest = file(&format!("{from}/Cargo.toml"));
        for to in crates.iter().filter(|to| manifest.contains(&format!("\n{to}.workspace = true"))) {
            depends.insert(((*from).to_owned(), (*to).to_owned()));
        }
    }
    let is_one = |name: &String| crates.contains(&name.as_str());
    let drawn = Picture::read().arrows.into_iter().filter(|(from, to)| is_one(from) && is_one(to));
    assert_eq!(drawn.collect::<BTreeSet<_>>(), depends);
}

#[test]
fn no_box_of_the_picture_is_made_up() {
    let picture = Picture::read();
    let inside: BTreeSet<&String> = picture.frames.values().flatten().collect();
    for (from, to) in &picture.arrows {
        for end in [from, to] {
            let is_frame = picture.frames.contains_key(end);
            assert!(is_frame || inside.contains(end) || OUTSIDE.contains(&end.as_str()), "{end}");
        }
    }
}
