//! What the files of a project are: components, each with its kind and its full name.

use super::project::Project;
use super::xml::Element;

/// A kind of component that we deploy.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// What the metadata API calls it.
    pub(super) name: &'static str,
    /// How its files end: `.field-meta.xml`.
    suffix: &'static str,
    pub(super) place: Place,
}

/// Where the metadata format has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a file of its own in this folder.
    File(&'static str),
    /// In the file of its object, in elements of this name.
    Part(&'static str),
}

const fn file(name: &'static str, suffix: &'static str, folder: &'static str) -> Kind {
    Kind { name, suffix, place: Place::File(folder) }
}

const fn part(name: &'static str, suffix: &'static str, element: &'static str) -> Kind {
    Kind { name, suffix, place: Place::Part(element) }
}

/// The kinds, in the order in which they build on each other.
static KINDS: [Kind; 12] = [
    file("StandardValueSet", "standardValueSet", "standardValueSets"),
    file("CustomObject", "object", "objects"),
    part("CustomField", "field", "fields"),
    part("FieldSet", "fieldSet", "fieldSets"),
    part("CompactLayout", "compactLayout", "compactLayouts"),
    part("RecordType", "recordType", "recordTypes"),
    part("ValidationRule", "validationRule", "validationRules"),
    part("ListView", "listView", "listViews"),
    file("Layout", "layout", "layouts"),
    file("CustomTab", "tab", "tabs"),
    file("CustomApplication", "app", "applications"),
    file("PermissionSet", "permissionset", "permissionsets"),
];

/// A component.
#[derive(Debug, Clone)]
pub struct Component {
    pub(super) kind: &'static Kind,
    /// Its full name: `Booking__c.Status__c`.
    pub(super) name: String,
    /// Its file in the project.
    pub(super) path: String,
    pub(super) body: Element,
}

impl Component {
    /// The object that it belongs to: of a part, of a page, or itself.
    pub(super) fn object(&self) -> Option<&str> {
        match self.kind.name {
            "CustomObject" => Some(&self.name),
            "CustomTab" if self.body.says("customObject") == Some("true") => Some(&self.name),
            "Layout" => self.name.split_once('-').map(|(object, _)| object),
            _ if matches!(self.kind.place, Place::Part(_)) => {
                self.name.split_once('.').map(|(object, _)| object)
            }
            _ => None,
        }
    }

    /// How its file in the zip ends.
    pub(super) const fn suffix(&self) -> &'static str {
        self.kind.suffix
    }

    /// How people read it: `CustomField Booking__c.Status__c`.
    pub fn called(&self) -> String {
        format!("{} {}", self.kind.name, self.name)
    }

    /// Reads a file; the error says what is wrong with it.
    fn read(path: &str, text: &str) -> Result<Self, String> {
        let folders: Vec<&str> = path.split('/').collect();
        let Some((file, folders)) = folders.split_last() else { return Err("has no name".to_owned()) };
        let named = file.strip_suffix("-meta.xml").and_then(|file| file.rsplit_once('.'));
        let known =
            named.and_then(|(name, suffix)| Some((name, KINDS.iter().find(|kind| kind.suffix == suffix)?)));
        let Some((name, kind)) = known else {
            return Err(
                "is of no kind that setup --metadata deploys; deploy it with sf, or take it out".to_owned()
            );
        };
        let name = match (kind.place, folders) {
            (Place::Part(_), [.., "objects", object, _]) => format!("{object}.{name}"),
            (Place::Part(_), _) => {
                return Err("is not in a folder of an object (objects/OBJECT/…)".to_owned());
            }
            (Place::File(_), _) => name.to_owned(),
        };
        let mut body = Element::read(text)?;
        if body.name != kind.name {
            return Err(format!("begins with {}, where {} belongs", body.name, kind.name));
        }
        let own = name.rsplit('.').next().unwrap_or(&name);
        match body.says("fullName") {
            Some(said) if said != own => return Err(format!("calls itself {said}, and its file {own}")),
            None if matches!(kind.place, Place::Part(_)) => {
                body.children.insert(0, Element::text("fullName", own));
            }
            _ => {}
        }
        Ok(Self { kind, name, path: path.to_owned(), body })
    }
}

/// All components of a project.
#[derive(Debug)]
pub struct Components {
    pub(super) all: Vec<Component>,
    pub(super) version: String,
}

impl Components {
    /// Reads the files of a project.
    ///
    /// # Errors
    /// What is wrong with which file.
    pub fn of(project: &Project) -> Result<Self, Vec<String>> {
        let (mut all, mut wrong) = (vec![], vec![]);
        for (path, text) in &project.files {
            match Component::read(path, text) {
                Ok(component) => all.push(component),
                Err(why) => wrong.push(format!("{path}: {why}")),
            }
        }
        if all.is_empty() && wrong.is_empty() {
            wrong.push("the project holds no component".to_owned());
        }
        all.sort_by_key(|component| {
            (KINDS.iter().position(|kind| kind == component.kind), component.name.clone())
        });
        // Names that differ by case only are the same to an org.
        let key = |component: &Component| component.called().to_lowercase();
        let mut by_name: Vec<&Component> = all.iter().collect();
        by_name.sort_by_key(|component| key(component));
        for pair in by_name.windows(2) {
            if let [one, other] = pair
                && key(one) == key(other)
            {
                wrong.push(format!("{}: {} has the same component", other.path, one.path));
            }
        }
        if wrong.is_empty() { Ok(Self { all, version: project.version.clone() }) } else { Err(wrong) }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    pub(super) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Component> {
        self.all.iter().filter(move |component| component.kind.name == kind)
    }

    /// Whether there is such a component.
    pub(super) fn has(&self, kind: &str, name: &str) -> bool {
        self.of_kind(kind).any(|component| component.name == name)
    }
}
