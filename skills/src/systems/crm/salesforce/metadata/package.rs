//! The zip that an org takes: components in metadata format, and the manifest that lists them.

use super::component::{Component, Place};
use super::xml::Element;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write};

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

    /// The zip. Its entries are not compressed: all of them together are smaller than one photograph.
    pub(super) fn zip(&self) -> Result<Vec<u8>, String> {
        let broken = |error: &dyn std::fmt::Display| format!("the zip cannot be made: {error}");
        let mut zip = zip::ZipWriter::new(Cursor::new(vec![]));
        let how = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (path, text) in &self.files {
            zip.start_file(path.as_str(), how).map_err(|error| broken(&error))?;
            zip.write_all(text.as_bytes()).map_err(|error| broken(&error))?;
        }
        Ok(zip.finish().map_err(|error| broken(&error))?.into_inner())
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
