//! Opens a zip: its manifest, and the components of its files.

use roxmltree::{Document, Node};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// A component, as it was deployed.
#[derive(Clone, Debug)]
pub(super) struct Component {
    pub(super) file: String,
    pub(super) line: usize,
    /// Its XML.
    pub(super) text: String,
    /// What it says, whatever its blanks.
    pub(super) canonical: String,
}

impl Component {
    /// Makes it say something else.
    ///
    /// # Panics
    /// When that is no XML.
    pub(super) fn say(&mut self, text: String) {
        self.canonical = canonical(Document::parse(&text).expect("XML").root_element());
        self.text = text;
    }
}

/// What is wrong: where, of which kind and name, and the platform's words.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) words: String,
}

/// The parts that a file of an object holds.
const PARTS: [(&str, &str); 6] = [
    ("fields", "CustomField"),
    ("listViews", "ListView"),
    ("recordTypes", "RecordType"),
    ("validationRules", "ValidationRule"),
    ("compactLayouts", "CompactLayout"),
    ("fieldSets", "FieldSet"),
];
const FOLDERS: [(&str, &str, &str); 5] = [
    ("layouts", "layout", "Layout"),
    ("permissionsets", "permissionset", "PermissionSet"),
    ("tabs", "tab", "CustomTab"),
    ("applications", "app", "CustomApplication"),
    ("standardValueSets", "standardValueSet", "StandardValueSet"),
];

pub(super) type Components = BTreeMap<(String, String), Component>;

/// A file that is not as the platform takes it.
pub(super) fn problem(file: &str, kind: &str, name: &str, words: impl Into<String>) -> Problem {
    let (file, kind, name) = (file.to_owned(), kind.to_owned(), name.to_owned());
    Problem { file, line: 1, kind, name, words: words.into() }
}

/// The components that the manifest names; what is wrong with the zip itself.
pub(super) fn open(zip: &[u8]) -> (Components, Vec<Problem>) {
    let files = match unzipped(zip) {
        Ok(files) => files,
        Err(words) => return (Components::new(), vec![problem("", "", "", words)]),
    };
    let Some(manifest) = files.get("package.xml") else {
        return (Components::new(), vec![problem("package.xml", "", "package.xml", "No package.xml found")]);
    };
    let (mut held, mut problems) = (Components::new(), vec![]);
    for (path, text) in files.iter().filter(|(path, _)| *path != "package.xml") {
        match Document::parse(text) {
            Ok(read) => take(path, text, &read, &mut held, &mut problems),
            Err(error) => problems.push(problem(path, "", path, format!("Error parsing file: {error}"))),
        }
    }
    let named = match Document::parse(manifest) {
        Ok(read) => listed(&read),
        Err(error) => {
            problems.push(problem("package.xml", "", "package.xml", format!("Error parsing file: {error}")));
            return (Components::new(), problems);
        }
    };
    let mut wanted = Components::new();
    for (kind, name) in named {
        match held.remove(&(kind.clone(), name.clone())) {
            Some(component) => drop(wanted.insert((kind, name), component)),
            None => {
                let words = format!(
                    "An object '{name}' of type {kind} was named in package.xml, but was not found in zipped directory"
                );
                problems.push(problem("package.xml", &kind, &name, words));
            }
        }
    }
    // The file of an object may hold parts only; any other must be named.
    let objects = |(kind, _): &(&(String, String), &Component)| kind.0 != "CustomObject";
    for ((kind, name), left) in held.iter().filter(objects) {
        problems.push(problem(&left.file, kind, name, "Not in package.xml"));
    }
    (wanted, problems)
}

fn unzipped(zip: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let broken = |error: &dyn std::fmt::Display| format!("Not a zip file: {error}");
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).map_err(|error| broken(&error))?;
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).map_err(|error| broken(&error))?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| broken(&error))?;
        files.insert(file.name().to_owned(), text);
    }
    Ok(files)
}

fn listed(manifest: &Document<'_>) -> Vec<(String, String)> {
    let types = manifest.root_element().children().filter(|it| it.has_tag_name_of("types"));
    let of = |types: Node<'_, '_>| {
        let kind = types.children().find(|it| it.has_tag_name_of("name")).and_then(|it| it.text());
        let kind = kind.unwrap_or_default().to_owned();
        let members = types.children().filter(|it| it.has_tag_name_of("members"));
        members.map(|it| (kind.clone(), it.text().unwrap_or_default().to_owned())).collect::<Vec<_>>()
    };
    types.flat_map(of).collect()
}

fn take(path: &str, text: &str, read: &Document<'_>, held: &mut Components, problems: &mut Vec<Problem>) {
    let root = read.root_element();
    let line = |node: Node<'_, '_>| read.text_pos_at(node.range().start).row as usize;
    let component = |node: Node<'_, '_>| Component {
        file: path.to_owned(),
        line: line(node),
        text: text[node.range()].to_owned(),
        canonical: canonical(node),
    };
    let (folder, file) = path.split_once('/').unwrap_or(("", path));
    if let Some(object) = file.strip_suffix(".object").filter(|_| folder == "objects") {
        for (element, kind) in PARTS {
            for part in root.children().filter(|it| it.has_tag_name_of(element)) {
                let name = part.children().find(|it| it.has_tag_name_of("fullName")).and_then(|it| it.text());
                let Some(name) = name else {
                    problems.push(Problem {
                        line: line(part),
                        ..problem(path, kind, object, "Required field is missing: fullName")
                    });
                    continue;
                };
                held.insert((kind.to_owned(), format!("{object}.{name}")), component(part));
            }
        }
        let own: Vec<_> = root
            .children()
            .filter(|it| it.is_element() && !PARTS.iter().any(|(name, _)| it.has_tag_name_of(name)))
            .collect();
        let all = Component { canonical: own.into_iter().map(canonical).collect(), ..component(root) };
        held.insert(("CustomObject".to_owned(), object.to_owned()), all);
        return;
    }
    let known = FOLDERS.iter().find(|(of, ..)| *of == folder);
    match known.and_then(|(_, suffix, kind)| Some((file.strip_suffix(&format!(".{suffix}"))?, *kind))) {
        Some((name, kind)) => drop(held.insert((kind.to_owned(), name.to_owned()), component(root))),
        None => problems.push(problem(path, "", path, "Unknown file type")),
    }
}

fn canonical(node: Node<'_, '_>) -> String {
    let mut inner: Vec<_> = node.children().filter(Node::is_element).collect();
    // The order of elements of one name means something; that of others does not.
    inner.sort_by_key(|it| it.tag_name().name());
    let name = node.tag_name().name();
    let mut inner: Vec<String> = inner.into_iter().map(canonical).collect();
    if name == "PermissionSet" {
        // What is allowed has no order.
        inner.sort();
    }
    let inner = inner.concat();
    let text = if inner.is_empty() { node.text().unwrap_or_default().trim() } else { "" };
    format!("{name}({text}{inner})")
}

/// Names without their namespace.
trait Named {
    fn has_tag_name_of(&self, name: &str) -> bool;
}

impl Named for Node<'_, '_> {
    fn has_tag_name_of(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }
}
