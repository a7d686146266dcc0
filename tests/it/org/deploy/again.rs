//! A version of the project over another: what people have changed since stays, and what of ours stays away is said.

use super::{CHECK, DEPLOY, edited, lines, world};
use tests::fakes::Salesforce;

const MAIN: &str = "force-app/main/default";
const REPLACE: [&str; 3] = ["setup", "--metadata", "--replace-pages"];
const LOOK: [&str; 4] = ["setup", "--metadata", "--replace-pages", "--check-only"];

/// What an administrator has changed: the kind, the name, the old text and the new.
const CHANGED: [(&str, &str, &str, &str); 4] = [
    ("CustomApplication", "Hotel", "<tabs>Booking__c</tabs>", ""),
    ("CustomTab", "Booking__c", "<motif>", "<motif>Custom20: Airplane"),
    ("Layout", "Contact-Hotel Guest Layout", "<behavior>Edit</behavior>", "<behavior>Readonly</behavior>"),
    ("ListView", "Booking__c.In_House", "<label>", "<label>Now "),
];

#[tokio::test]
async fn pages_that_somebody_changed_stay_until_ours_are_asked_for() {
    let org = Salesforce::bare();
    let world = world(&org);
    assert_eq!(world.run_staff(&DEPLOY).await.code, Some(0));
    let before = CHANGED.map(|(kind, name, ..)| org.component(kind, name));
    for (kind, name, old, new) in CHANGED {
        org.edit(kind, name, old, new);
    }
    let after = CHANGED.map(|(kind, name, ..)| org.component(kind, name));

    let again = world.run_staff(&DEPLOY).await;
    assert_eq!(again.code, Some(0), "{again:?}");
    for (kind, name, ..) in CHANGED {
        let says = format!("left alone  {kind} {name}: is there, and stays as it is");
        assert!(again.stdout.contains(&says), "{says}: {again:?}");
    }
    assert!(again.stdout.contains("--replace-pages takes ours"), "{again:?}");
    assert!(lines(&again, "changed").is_empty(), "{again:?}");
    assert_eq!(CHANGED.map(|(kind, name, ..)| org.component(kind, name)), after);

    let looked = world.run_staff(&LOOK).await;
    let differ = CHANGED.map(|(kind, name, ..)| format!("to change   {kind} {name}"));
    let mut told = lines(&looked, "to change");
    told.sort_unstable();
    assert_eq!((looked.code, told), (Some(0), differ.iter().map(String::as_str).collect()), "{looked:?}");
    assert_eq!(CHANGED.map(|(kind, name, ..)| org.component(kind, name)), after, "it only looked");

    let replaced = world.run_staff(&REPLACE).await;
    assert_eq!((replaced.code, lines(&replaced, "changed").len()), (Some(0), 4), "{replaced:?}");
    assert_eq!(CHANGED.map(|(kind, name, ..)| org.component(kind, name)), before);
    let once_more = world.run_staff(&REPLACE).await;
    assert!(
        lines(&once_more, "changed").is_empty() && lines(&once_more, "created").is_empty(),
        "{once_more:?}"
    );
}

#[tokio::test]
async fn a_later_version_brings_what_is_new_and_says_which_pages_do_not_show_it() {
    let org = Salesforce::bare();
    let world = world(&org);
    assert_eq!(world.run_staff(&DEPLOY).await.code, Some(0));
    let page = format!("{MAIN}/layouts/Booking__c-Booking Layout.layout-meta.xml");
    let folder = edited(&world, &page, "<field>Special_Requests__c", "<field>Pillow__c");
    let field = format!("{folder}/{MAIN}/objects/Booking__c/fields/Special_Requests__c.field-meta.xml");
    let pillow = std::fs::read_to_string(&field).unwrap().replace("Special_Requests__c", "Pillow__c");
    std::fs::write(field.replace("Special_Requests__c", "Pillow__c"), pillow).unwrap();
    let set = format!("{folder}/{MAIN}/permissionsets/Hotel_MCP_Run.permissionset-meta.xml");
    let with_it = std::fs::read_to_string(&set).unwrap();
    let entry = "<editable>true</editable>\n        <field>Booking__c.Special_Requests__c</field>";
    let both = format!(
        "{}\n        <readable>true</readable>\n    </fieldPermissions>\n    <fieldPermissions>\n        {entry}",
        entry.replace("Special_Requests__c", "Pillow__c")
    );
    assert!(with_it.contains(entry));
    std::fs::write(&set, with_it.replacen(entry, &both, 1)).unwrap();

    let ran = world.run_staff(&["setup", "--metadata", "--project", &folder]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(lines(&ran, "created"), ["created     CustomField Booking__c.Pillow__c"]);
    assert_eq!(lines(&ran, "changed"), ["changed     PermissionSet Hotel_MCP_Run"]);
    assert!(ran.stdout.contains("left alone  Layout Booking__c-Booking Layout: is there"), "{ran:?}");
    let replaced = world.run_staff(&["setup", "--metadata", "--project", &folder, "--replace-pages"]).await;
    assert_eq!(lines(&replaced, "changed"), ["changed     Layout Booking__c-Booking Layout"], "{replaced:?}");
}

#[tokio::test]
async fn rights_that_an_org_has_added_to_a_permission_set_stay() {
    let org = Salesforce::bare();
    let world = world(&org);
    assert_eq!(world.run_staff(&DEPLOY).await.code, Some(0));
    let set = ("PermissionSet", "Hotel_MCP_Run");
    let ours = org.component(set.0, set.1);
    let system = "<userPermissions><enabled>true</enabled><name>ApiEnabled</name></userPermissions>";
    let birthday = "<fieldPermissions><editable>true</editable><field>Contact.Birthdate</field><readable>true</readable></fieldPermissions>";
    let tab = "<tabSettings><tab>standard-Account</tab><visibility>Visible</visibility></tabSettings>";
    org.edit(set.0, set.1, "<label>", &format!("{system}{birthday}{tab}<label>"));
    org.edit(set.0, set.1, "<allowDelete>false</allowDelete>", "<allowDelete>true</allowDelete>");

    let again = world.run_staff(&DEPLOY).await;
    assert_eq!((again.code, lines(&again, "changed").len()), (Some(0), 0), "{again:?}");
    let says =
        "note        PermissionSet Hotel_MCP_Run: keeps what this org allows besides: Contact.Birthdate, ";
    assert!(
        again.stdout.contains(says) && again.stdout.contains("standard-Account, ApiEnabled"),
        "{again:?}"
    );
    let kept = org.component(set.0, set.1);
    for name in ["ApiEnabled", "Contact.Birthdate", "standard-Account", "<allowDelete>true</allowDelete>"] {
        assert!(kept.contains(name), "{name} is gone: {kept}");
    }

    let ours_gone = "<field>Booking__c.Status__c</field>";
    assert!(ours.contains(ours_gone));
    org.edit(set.0, set.1, ours_gone, "<field>Contact.Fax</field>");
    let mended = world.run_staff(&DEPLOY).await;
    assert_eq!(lines(&mended, "changed"), ["changed     PermissionSet Hotel_MCP_Run"], "{mended:?}");
    let kept = org.component(set.0, set.1);
    assert!(kept.contains(ours_gone) && kept.contains("Contact.Fax"), "{kept}");
}

#[tokio::test]
async fn a_permission_set_with_what_cannot_be_joined_is_left_alone() {
    let class = "<classAccesses><apexClass>Chimes</apexClass><enabled>true</enabled></classAccesses>";
    for (says, spoil) in [
        ("allows apps, classes or pages of this org's own", true),
        ("the org does not say what it allows", false),
    ] {
        let org = Salesforce::bare();
        let world = world(&org);
        assert_eq!(world.run_staff(&DEPLOY).await.code, Some(0));
        if spoil {
            org.edit("PermissionSet", "Hotel_MCP_Run", "<label>", &format!("{class}<label>"));
        } else {
            org.hide("FieldPermissions");
        }
        let before = org.component("PermissionSet", "Hotel_MCP_Run");
        let ran = world.run_staff(&DEPLOY).await;
        let line = format!("left alone  PermissionSet Hotel_MCP_Run: {says}");
        assert!(ran.code == Some(0) && ran.stdout.contains(&line), "{ran:?}");
        assert_eq!(org.component("PermissionSet", "Hotel_MCP_Run"), before);
    }
}

#[tokio::test]
async fn pages_that_the_org_does_not_tell_of_are_not_overwritten() {
    let org = Salesforce::bare();
    let world = world(&org);
    assert_eq!(world.run_staff(&DEPLOY).await.code, Some(0));
    org.hide("ListView");
    let ran = world.run_staff(&CHECK).await;
    let says = "left alone  ListView Booking__c.In_House: the org does not say whether it has it";
    assert!(ran.code == Some(0) && ran.stdout.contains(says), "{ran:?}");
}
