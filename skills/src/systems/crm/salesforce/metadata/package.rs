//! The zip that an org takes: components in metadata format, and the manifest that lists them.

mod zip;

use super::component::{Component, Place};
use super::xml::Element;
use std::collections::{BTreeMap, BTreeSet};

/// What is deployed, as files of the metadata format.
#[derive(Debug)]
pub struct Package {
    files: BTreeMap<String, String>,
}

impl Package {
    /// The package of these components, written in a version of the API (`62.0`).
    pub(super) fn of<'a>(components: impl Iterator<Item = &'a Component> + Clone, version: &str) -> Self {
        let (mut files, mut objects) = (BTreeMap::new(), BTreeMap::new());
        for component in components.clone() {
            match (component.kind.place, component.object()) {
                (Place::File(_), Some(object)) if component.kind.name == "CustomObject" => {
                    let file: &mut Vec<Element> = objects.entry(object).or_default();
                    file.splice(0..0, component.body.children.iter().cloned());
                }
                (Place::Part(element), Some(object)) => {
                    let part = Element::of(element, component.body.children.clone());
                    objects.entry(object).or_default().push(part);
                }
                (Place::File(folder), _) => {
                    let name = format!("{folder}/{}.{}", component.name, component.suffix());
                    files.insert(name, component.body.document());
                }
                (Place::Part(_), None) => {}
            }
        }
        for (object, parts) in objects {
            files.insert(format!("objects/{object}.object"), Element::of("CustomObject", parts).document());
        }
        files.insert("package.xml".to_owned(), manifest(components, version));
        Self { files }
    }

    /// The files by their paths in the zip.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    pub(super) fn zip(&self) -> Result<Vec<u8>, String> {
        zip::of(&self.files().collect::<Vec<_>>())
            .map_err(|_| "the project is too large for one zip".to_owned())
    }
}

fn manifest<'a>(components: impl Iterator<Item = &'a Component>, version: &str) -> String {
    let mut types: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for component in components {
        types.entry(component.kind.name).or_default().insert(&component.name);
    }
    let listed = types.into_iter().map(|(kind, members)| {
        let members = members.into_iter().map(|member| Element::text("members", member));
        Element::of("types", members.chain([Element::text("name", kind)]).collect())
    });
    let version = Element::text("version", version);
    Element::of("Package", listed.chain([version]).collect()).document()
}
