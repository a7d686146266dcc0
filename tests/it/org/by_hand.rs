//! What was written by hand names only what there is, and nothing is forgotten.

use super::objects::{is_ours, label};
use super::xml::texts;
use super::{MAIN, called, files, project};
use skills::systems::crm::salesforce::fields::{Kind, OBJECTS, Object};

/// What pages show of the platform's own that no table has.
const ON_PAGES: [&str; 5] = ["CreatedById", "LastModifiedById", "OwnerId", "Probability", "SuppliedEmail"];
/// How lists call the platform's own fields.
const IN_LISTS: [(&str, &[&str]); 3] = [
    ("Contact", &["FULL_NAME", "CONTACT.EMAIL", "CONTACT.PHONE1"]),
    ("Opportunity", &["OPPORTUNITY.NAME", "OPPORTUNITY.STAGE_NAME", "OPPORTUNITY.AMOUNT"]),
    (
        "Case",
        &[
            "CASES.CASE_NUMBER",
            "CASES.SUBJECT",
            "CASES.STATUS",
            "CASES.PRIORITY",
            "CASES.CREATED_DATE",
            "CASES.CREATED_DATE_DATE_ONLY",
        ],
    ),
];
/// How a page calls a list of the platform's own.
const LISTS: [(&str, &str); 1] = [("RelatedCaseList", "Case.ContactId")];

fn object(name: &str) -> &'static Object {
    OBJECTS.into_iter().find(|object| object.name == name).unwrap_or_else(|| panic!("there is no {name}"))
}

/// The files of a kind: what each is called, and what it says.
pub(super) fn named(folder: &str, kind: &str) -> Vec<(String, String)> {
    let suffix = format!(".{kind}-meta.xml");
    let found = files(&format!("{MAIN}/{folder}")).into_iter();
    found.filter(|(path, _)| path.ends_with(&suffix)).map(|(path, text)| (called(&path), text)).collect()
}

/// Checks that lists of an object can have this column.
fn is_listed(object: &Object, column: &str, about: &str) {
    let is_field = object.fields.iter().any(|field| field.is_custom() && field.name == column);
    let own = IN_LISTS.iter().find(|(name, _)| *name == object.name).map_or(&[][..], |(_, own)| own);
    assert!(is_field || column == "NAME" || own.contains(&column), "{about}: {column}");
}

#[test]
fn pages_show_fields_that_are_there() {
    let pages = named("layouts", "layout");
    for (name, page) in &pages {
        let (of, _) = name.split_once('-').expect("object and name");
        let of = object(of);
        for item in texts(page, "layoutItems") {
            let (field, behavior) = (texts(item, "field")[0], texts(item, "behavior")[0]);
            let there = of.fields.iter().find(|it| it.name == field);
            assert!(
                there.is_some() || ON_PAGES.contains(&field) || field == "Name",
                "{name}: there is no {field}"
            );
            let Some(there) = there else { continue };
            let expected = match there.kind {
                Kind::AutoNumber(_) => "Readonly",
                Kind::MasterDetail(_) => "Required",
                _ if there.required => "Required",
                _ => behavior,
            };
            assert_eq!(behavior, expected, "{name}: {field}");
        }
        for list in texts(page, "relatedLists") {
            let called = texts(list, "relatedList")[0];
            let path = LISTS.iter().find(|(list, _)| *list == called).map_or(called, |(_, path)| path);
            let (child, link) = path.split_once('.').expect("object and field");
            let link = object(child).fields.iter().find(|field| field.name == link);
            let link = link.unwrap_or_else(|| panic!("{name}: there is no {path}"));
            assert_eq!(link.kind.link().map(|link| link.to), Some(of.name), "{name}: {path}");
            texts(list, "fields").iter().for_each(|field| is_listed(object(child), field, name));
        }
    }
    for object in OBJECTS {
        // The page of this name is the one that the platform makes with an object, so that everybody has it.
        let name = match is_ours(object) {
            true => format!("{}-{} Layout", object.name, label(object.name)),
            false => format!("{}-Hotel ", object.name),
        };
        let (_, page) = pages.iter().find(|(it, _)| it.starts_with(&name)).expect(&name);
        let shown = texts(page, "field");
        let forgotten = object.fields.iter().find(|it| it.is_custom() && !shown.contains(&it.name));
        assert!(forgotten.is_none(), "{name} does not show {forgotten:?}");
    }
}

#[test]
fn lists_show_fields_that_are_there() {
    for of in OBJECTS {
        let lists = named(&format!("objects/{}/listViews", of.name), "listView");
        assert!(!lists.is_empty(), "nobody finds {}", of.name);
        for (name, list) in lists {
            assert_eq!(texts(&list, "fullName"), [name.as_str()]);
            let columns = texts(&list, "columns").into_iter().chain(texts(&list, "field"));
            columns.for_each(|column| is_listed(of, column, &name));
            for filter in texts(&list, "filters") {
                let field = of.fields.iter().find(|field| field.name == texts(filter, "field")[0]);
                let Some(Kind::Picklist(choices)) = field.map(|field| field.kind) else { continue };
                let values = texts(filter, "value").into_iter().flat_map(|values| values.split(','));
                values.for_each(|value| assert!((choices.all)().contains(&value), "{name}: {value}"));
            }
        }
    }
}

#[test]
fn the_app_has_a_tab_for_every_object() {
    let tabs = named("tabs", "tab");
    let apps = named("applications", "app");
    let [(_, app)] = apps.as_slice() else { panic!("one app") };
    let (shown, desk) = (texts(app, "tabs"), rights("Hotel_Front_Desk"));
    for object in OBJECTS {
        let own = tabs.iter().any(|(name, _)| name == object.name);
        assert_eq!(own, is_ours(object), "the tab of {}", object.name);
        let tab = if own { object.name.to_owned() } else { format!("standard-{}", object.name) };
        assert!(shown.contains(&tab.as_str()), "the app does not show {tab}");
        assert!(texts(&desk, "tab").contains(&tab.as_str()), "the front desk does not see {tab}");
    }
    assert_eq!(shown.len(), OBJECTS.len() + 1, "those, and standard-home");
    assert_eq!(tabs.len(), OBJECTS.iter().filter(|object| is_ours(object)).count());
}

/// A permission set, as the tables ask for it.
fn rights(name: &str) -> String {
    let path = format!("{MAIN}/permissionsets/{name}.permissionset-meta.xml");
    super::rights::files().remove(&path).expect(name)
}

#[test]
fn no_permission_set_allows_more_than_it_needs() {
    for name in ["Hotel_MCP_Run", "Hotel_MCP_Setup", "Hotel_Front_Desk"] {
        let set = rights(name);
        for never in ["allowDelete", "modifyAllRecords"] {
            assert!(texts(&set, never).iter().all(|value| *value == "false"), "{name}: {never}");
        }
        assert!(!set.contains("<userPermissions>"), "{name}");
    }
}

#[test]
fn the_project_holds_no_secret() {
    for (path, text) in files("client-app") {
        let secret = ["consumerKey", "consumerSecret", "clientCredentialsFlowUser"];
        assert!(secret.iter().all(|name| !text.contains(name)), "{path}");
    }
    let project = std::fs::read_to_string(project().join("sfdx-project.json")).unwrap();
    // What is beside it is deployed only by whoever names it.
    assert!(project.contains(r#"[{"path": "force-app", "default": true}]"#));
}

/// Items that an org wants on a page of its own objects, and how each behaves; a page without one is refused.
const WANTED: [(&str, &[(&str, &str)]); 3] = [
    (
        "Case-Hotel Request Layout",
        &[("ContactId", "Edit"), ("Description", "Edit"), ("SuppliedEmail", "Edit"), ("Status", "Required")],
    ),
    (
        "Opportunity-Hotel Sale Layout",
        &[
            ("Name", "Required"),
            ("StageName", "Required"),
            ("CloseDate", "Required"),
            ("Probability", "Edit"),
        ],
    ),
    ("Contact-Hotel Guest Layout", &[("Name", "Required")]),
];

#[test]
fn pages_of_the_platforms_objects_hold_what_an_org_wants_there() {
    let pages = named("layouts", "layout");
    for (name, wanted) in WANTED {
        let (_, page) = pages.iter().find(|(it, _)| it == name).expect(name);
        let items: Vec<_> = texts(page, "layoutItems")
            .into_iter()
            .map(|item| (texts(item, "field")[0], texts(item, "behavior")[0]))
            .collect();
        for item in wanted {
            assert_eq!(items.iter().filter(|it| it == &item).count(), 1, "{name}: {item:?}");
        }
    }
}

#[test]
fn the_external_client_app_lets_in_by_client_credentials_and_nothing_else() {
    let parts = files("client-app");
    let part = |suffix: &str| {
        let found = parts.iter().find(|(path, _)| path.ends_with(suffix));
        found.unwrap_or_else(|| panic!("there is no {suffix}"))
    };
    let (path, app) = part(".eca-meta.xml");
    let name = called(path);
    assert_eq!((texts(app, "distributionState"), texts(app, "isProtected")), (vec!["Local"], vec!["false"]));
    assert_eq!(texts(app, "contactEmail").len(), 1);
    let (path, global) = part(".ecaGlblOauth-meta.xml");
    assert_eq!(called(path), format!("{name}_glbloauth"));
    assert_eq!(texts(global, "externalClientApplication"), [&name]);
    assert_eq!(texts(global, "isClientCredentialsFlowEnabled"), ["true"]);
    assert_eq!(texts(global, "isConsumerSecretOptional"), ["false"]);
    let (path, settings) = part(".ecaOauth-meta.xml");
    assert_eq!(called(path), format!("{name}_oauth"));
    assert_eq!(texts(settings, "externalClientApplication"), [&name]);
    assert_eq!(texts(settings, "commaSeparatedOauthScopes"), ["Api"]);
    assert_eq!(parts.len(), 3, "{:?}", parts.keys());
}
