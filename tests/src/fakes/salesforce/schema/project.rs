//! The project in `salesforce/`, as its files are: what an org has once they are deployed.

mod field;

use super::xml::{Element, child, children, is, text};
use super::{Field, Kind};
use roxmltree::Document;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The object that a file defines: its label, and the field that its records are called by.
pub(super) struct Definition {
    pub(super) label: String,
    pub(super) name: Field,
    /// Whether each record is part of another, so that it has no owner of its own.
    pub(super) is_part: bool,
}

/// The objects that the project brings, and the fields that it gives to each object.
#[derive(Default)]
pub(super) struct Project {
    pub(super) objects: BTreeMap<String, Definition>,
    pub(super) fields: BTreeMap<String, Vec<Field>>,
}

const MAIN: &str = "force-app/main/default";
const VALUES: &str = "standard-values/main/default/standardValueSets";

fn folder(inside: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../salesforce").join(inside)
}

/// The paths in a folder, in order; none if the project has no such folder.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file of the project").path()).collect();
    paths.sort();
    paths
}

fn file(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The name of a folder, or of the component in a file.
fn called(path: &Path) -> String {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// Reads the objects and fields; the error names the file.
pub(super) fn read() -> Result<Project, String> {
    let mut project = Project::default();
    for object in listed(&folder(MAIN).join("objects")) {
        let name = called(&object);
        let definition = object.join(format!("{name}.object-meta.xml"));
        if definition.is_file() {
            let read = parsed(&definition, &file(&definition), defined)?;
            project.objects.insert(name.clone(), read);
        }
        let mut fields = vec![];
        for path in listed(&object.join("fields")) {
            fields.push(parsed(&path, &file(&path), |root| field::read(&called(&path), root))?);
        }
        if let Some(definition) = project.objects.get_mut(&name) {
            definition.is_part = fields.iter().any(|field: &Field| field.master);
        }
        project.fields.insert(name, fields);
    }
    Ok(project)
}

fn parsed<T>(
    path: &Path,
    text: &str,
    read: impl FnOnce(Element<'_, '_>) -> Result<T, String>,
) -> Result<T, String> {
    let document = Document::parse(text).map_err(|error| format!("{}: {error}", path.display()))?;
    read(document.root_element()).map_err(|why| format!("{}: {why}", path.display()))
}

fn defined(root: Element<'_, '_>) -> Result<Definition, String> {
    let label = text(root, "label").ok_or("no label")?.to_owned();
    let called = child(root, "nameField").ok_or("no nameField")?;
    let name = match text(called, "type") {
        Some("AutoNumber") => Field {
            format: text(called, "displayFormat").map(str::to_owned),
            read_only: true,
            ..Field::of("Name", Kind::String)
        },
        Some("Text") => Field { required: true, ..Field::of("Name", Kind::String) },
        other => return Err(format!("a name of the type {other:?}")),
    };
    Ok(Definition { label, name: Field { length: Some(80), ..name }, is_part: false })
}

/// The project's lists of values for the platform's own picklists: what each is called, and its file.
pub(crate) fn value_sets() -> impl Iterator<Item = (String, String)> {
    listed(&folder(VALUES)).into_iter().map(|path| (called(&path), file(&path)))
}

/// A permission set of the project, as its file is.
///
/// # Panics
/// When the project has none of this name.
pub(crate) fn permission_set(name: &str) -> String {
    file(&folder(MAIN).join(format!("permissionsets/{name}.permissionset-meta.xml")))
}

/// What the project says of the values of the platform's own picklists: the set, the value, and the mark that it has.
static MARKS: LazyLock<Vec<(String, String, &'static str)>> = LazyLock::new(|| {
    let mut marks = vec![];
    for (set, file) in value_sets() {
        let document = Document::parse(&file).unwrap_or_else(|error| panic!("{set}: {error}"));
        for value in children(document.root_element(), "standardValue") {
            let name = text(value, "fullName").unwrap_or_default();
            let has = ["closed", "won"].into_iter().filter(|mark| is(value, mark));
            marks.extend(has.map(|mark| (set.clone(), name.to_owned(), mark)));
        }
    }
    marks
});

/// Whether the project marks a value of a set as `closed` or `won`.
pub(crate) fn is_marked(set: &str, value: &str, mark: &str) -> bool {
    MARKS.iter().any(|(of, name, has)| (of.as_str(), name.as_str(), *has) == (set, value, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_says_which_values_are_closed_and_won() {
        assert!(
            is_marked("OpportunityStage", "Closed Won", "won") && is_marked("CaseStatus", "Closed", "closed")
        );
        assert!(is_marked("OpportunityStage", "Closed Lost", "closed"));
        assert!(!is_marked("OpportunityStage", "Checked In", "closed"));
    }
}
