//! A project that somebody has edited by hand: what is wrong with it is named before anything is sent.

use super::{edited, sent, world};
use tests::fakes::Salesforce;

const MAIN: &str = "force-app/main/default";

#[tokio::test]
async fn what_is_wrong_is_named_before_anything_is_sent() {
    let status = "objects/Booking__c/fields/Status__c.field-meta.xml";
    let room = "objects/Booking__c/fields/Room__c.field-meta.xml";
    let cases = [
        (status, "</label>", "</lable>", "is not XML"),
        (
            status,
            "<fullName>Status__c</fullName>",
            "<fullName>State__c</fullName>",
            "calls itself State__c, and its file Status__c",
        ),
        (
            status,
            "<CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\">",
            "<CustomField>",
            "is not metadata",
        ),
        (
            status,
            "<fullName>Checked In</fullName>",
            "<fullName>Reserved</fullName>",
            "has the value Reserved twice",
        ),
        (
            room,
            "<referenceTo>Hotel_Room__c</referenceTo>",
            "<referenceTo>Hotel_Suite__c</referenceTo>",
            "leads to Hotel_Suite__c",
        ),
        (
            status,
            "<type>Picklist</type>",
            "<type>Picklst</type>",
            "has the type Picklst; there are Address, ",
        ),
        (status, "<default>false</default>", "<default>true</default>", "has more than one default value"),
        (
            "objects/Booking__c/Booking__c.object-meta.xml",
            "<sharingModel>ControlledByParent</sharingModel>",
            "",
            "has no sharingModel",
        ),
        (
            "permissionsets/Hotel_Front_Desk.permissionset-meta.xml",
            "<tab>Booking__c</tab>",
            "<tab>Bookings__c</tab>",
            "there is no tab Bookings__c",
        ),
        (
            "objects/Hotel_Room__c/fields/Room_Number__c.field-meta.xml",
            "<length>5</length>",
            "",
            "has no length",
        ),
        (
            "objects/Booking__c/listViews/In_House.listView-meta.xml",
            "Check_In_Date__c",
            "Arrival__c",
            "there is no field Booking__c.Arrival__c",
        ),
        (
            "layouts/Booking__c-Booking Layout.layout-meta.xml",
            "<field>Status__c",
            "<field>State__c",
            "there is no field Booking__c.State__c",
        ),
        (
            "objects/Booking__c/Booking__c.object-meta.xml",
            "<deploymentStatus>",
            "<fields><fullName>A__c</fullName></fields><deploymentStatus>",
            "holds fields",
        ),
        (
            "applications/Hotel.app-meta.xml",
            "<tabs>Booking__c",
            "<tabs>Bookings__c",
            "there is no tab Bookings__c",
        ),
        (
            "permissionsets/Hotel_MCP_Run.permissionset-meta.xml",
            "<field>Booking__c.Status__c",
            "<field>Booking__c.State__c",
            "there is no field Booking__c.State__c",
        ),
        (
            "permissionsets/Hotel_MCP_Run.permissionset-meta.xml",
            "<field>Booking__c.Status__c",
            "<field>Booking__c.Opportunity__c",
            "Booking__c.Opportunity__c is required",
        ),
        (
            "objects/Hotel_Room__c/fields/Room_Number__c.field-meta.xml",
            "<length>5</length>",
            "<length>256</length>",
            "has the length 256; a text has 1 to 255",
        ),
        (
            "objects/Hotel_Room__c/fields/Room_Number__c.field-meta.xml",
            "<length>5</length>",
            "<length>0</length>",
            "has the length 0; a text has 1 to 255",
        ),
        (
            "objects/Hotel_Room__c/fields/Room_Number__c.field-meta.xml",
            "<length>5</length>",
            "<length>five</length>",
            "has the length five, which is no number",
        ),
        (
            "objects/Booking__c/fields/Agreed_Amount__c.field-meta.xml",
            "<scale>2</scale>",
            "<scale>19</scale>",
            "has the scale 19, more than its precision",
        ),
        (
            "objects/Booking__c/fields/Agreed_Amount__c.field-meta.xml",
            "<precision>",
            "<precision>1",
            "a number has 18 digits at most",
        ),
        (
            "permissionsets/Hotel_MCP_Run.permissionset-meta.xml",
            "<allowEdit>true</allowEdit>\n        <allowRead>true</allowRead>",
            "<allowEdit>true</allowEdit>\n        <allowRead>false</allowRead>",
            "without allowRead",
        ),
        (
            "permissionsets/Hotel_MCP_Run.permissionset-meta.xml",
            "<field>Booking__c.Status__c</field>\n        <readable>true</readable>",
            "<field>Booking__c.Status__c</field>\n        <readable>false</readable>",
            "Booking__c.Status__c is editable and not readable",
        ),
        (
            "permissionsets/Hotel_MCP_Run.permissionset-meta.xml",
            "<field>Booking__c.Room__c",
            "<field>Booking__c.Status__c",
            "names Booking__c.Status__c twice",
        ),
    ];
    for (file, old, new, says) in cases {
        let org = Salesforce::bare();
        let world = world(&org);
        let folder = edited(&world, &format!("{MAIN}/{file}"), old, new);
        let ran = world.run_staff(&["setup", "--metadata", "--check-only", "--project", &folder]).await;
        let named = ran
            .stdout
            .lines()
            .any(|line| line.starts_with("wrong ") && line.contains(file) && line.contains(says));
        assert!(named && ran.code == Some(1) && sent(&org) == 0, "{file}, {says}: {ran:?}");
    }
}

#[tokio::test]
async fn what_only_the_org_can_know_is_told_in_its_words_and_nothing_is_changed() {
    let org = Salesforce::bare();
    let world = world(&org);
    let file = format!("{MAIN}/objects/Hotel_Room__c/fields/Current_Guest__c.field-meta.xml");
    let folder = edited(&world, &file, "<required>false</required>", "<required>true</required>");
    let set = "Hotel_MCP_Run";
    for name in [set, "Hotel_Front_Desk"] {
        let path = format!("{folder}/{MAIN}/permissionsets/{name}.permissionset-meta.xml");
        let text = std::fs::read_to_string(&path).unwrap();
        let (before, after) = text.split_once("<field>Hotel_Room__c.Current_Guest__c</field>").unwrap();
        let (before, _) = before.rsplit_once("<fieldPermissions>").unwrap();
        let (_, after) = after.split_once("</fieldPermissions>").unwrap();
        std::fs::write(&path, format!("{before}{after}")).unwrap();
    }
    let ran = world.run_staff(&["setup", "--metadata", "--project", &folder]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let says = "refused     CustomField Hotel_Room__c.Current_Guest__c: Must specify either cascade delete or restrict delete";
    assert!(
        ran.stdout.contains(says) && ran.stdout.contains("objects/Hotel_Room__c.object, line "),
        "{ran:?}"
    );
    assert!(
        ran.stdout.contains("nothing was changed") && org.components("CustomObject").is_empty(),
        "{ran:?}"
    );
}

/// A copy of the project, unchanged so far.
fn copied(world: &tests::World) -> String {
    let file = format!("{MAIN}/tabs/Booking__c.tab-meta.xml");
    edited(world, &file, "CustomTab", "CustomTab")
}

/// The lines that name what is wrong with a project, of which nothing was sent.
async fn wrong(org: &Salesforce, world: &tests::World, folder: &str) -> Vec<String> {
    let ran = world.run_staff(&["setup", "--metadata", "--check-only", "--project", folder]).await;
    assert_eq!((ran.code, sent(org)), (Some(1), 0), "{ran:?}");
    super::lines(&ran, "wrong").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn what_is_not_called_as_an_org_calls_its_own_is_named() {
    let org = Salesforce::bare();
    let world = world(&org);
    let folder = copied(&world);
    let first = format!("{folder}/{MAIN}/objects/Hotel_Room__c/fields/Floor__c.field-meta.xml");
    let text = std::fs::read_to_string(&first).unwrap();
    std::fs::write(first.replace("Floor__c", "Storey"), text.replace(">Floor__c<", ">Storey<")).unwrap();
    let object = format!("{folder}/{MAIN}/objects/Hotel_Room__c/Hotel_Room__c.object-meta.xml");
    let suite = format!("{folder}/{MAIN}/objects/Suite");
    std::fs::create_dir_all(&suite).unwrap();
    std::fs::copy(object, format!("{suite}/Suite.object-meta.xml")).unwrap();
    let wrong = wrong(&org, &world, &folder).await;
    for says in ["CustomField Hotel_Room__c.Storey ", "CustomObject Suite "] {
        let line = wrong.iter().find(|line| line.contains(says));
        assert!(line.is_some_and(|line| line.ends_with("of your own ends with __c")), "{says}: {wrong:#?}");
    }
}

#[tokio::test]
async fn what_sf_leaves_out_is_not_wrong() {
    let org = Salesforce::bare();
    let world = world(&org);
    let folder = copied(&world);
    let inside = format!("{folder}/{MAIN}");
    std::fs::create_dir_all(format!("{inside}/drafts/old")).unwrap();
    std::fs::create_dir_all(format!("{inside}/lwc/board")).unwrap();
    std::fs::write(format!("{inside}/README.md"), "What this is.").unwrap();
    std::fs::write(format!("{inside}/layouts/notes.txt"), "To do.").unwrap();
    std::fs::write(format!("{inside}/layouts/kept.txt"), "Kept.").unwrap();
    std::fs::write(format!("{inside}/drafts/old/page.xml"), "<draft/>").unwrap();
    std::fs::write(format!("{inside}/lwc/board/board.test.js"), "//").unwrap();
    let ignored = "# not for the org\n\n*.txt\n!kept.txt\ndrafts/\n/force-app/**/lwc/*/*.test.js\n";
    std::fs::write(format!("{folder}/.forceignore"), ignored).unwrap();
    let wrong = wrong(&org, &world, &folder).await;
    let [line] = wrong.as_slice() else { panic!("{wrong:#?}") };
    assert!(line.contains("layouts/kept.txt: is of no kind"), "{line}");

    std::fs::remove_file(format!("{inside}/layouts/kept.txt")).unwrap();
    let ran = world.run_staff(&["setup", "--metadata", "--check-only", "--project", &folder]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[tokio::test]
async fn a_field_that_was_deleted_is_missed_by_everything_that_names_it() {
    let org = Salesforce::bare();
    let world = world(&org);
    let folder = copied(&world);
    std::fs::remove_file(format!("{folder}/{MAIN}/objects/Hotel_Room__c/fields/Floor__c.field-meta.xml"))
        .unwrap();
    let wrong = wrong(&org, &world, &folder).await;
    for component in [
        "ListView Hotel_Room__c.All ",
        "ListView Hotel_Room__c.To_Clean ",
        "Layout Hotel_Room__c-Hotel Room Layout ",
        "PermissionSet Hotel_Front_Desk ",
        "PermissionSet Hotel_MCP_Run ",
    ] {
        let line = wrong.iter().find(|line| line.contains(component));
        let line = line.unwrap_or_else(|| panic!("{component}: {wrong:#?}"));
        assert!(line.ends_with(": there is no field Hotel_Room__c.Floor__c"), "{line}");
    }
}

#[tokio::test]
async fn an_object_that_was_deleted_is_missed_by_everything_that_names_it() {
    let org = Salesforce::bare();
    let world = world(&org);
    let folder = copied(&world);
    std::fs::remove_dir_all(format!("{folder}/{MAIN}/objects/SMS_Notification__c")).unwrap();
    let wrong = wrong(&org, &world, &folder).await;
    for component in
        ["Layout SMS_Notification__c-", "CustomTab SMS_Notification__c", "PermissionSet Hotel_MCP_Run"]
    {
        let says =
            |line: &&String| line.contains(component) && line.contains("no object SMS_Notification__c");
        assert!(wrong.iter().any(|line| says(&line)), "{component}: {wrong:#?}");
    }
}

#[tokio::test]
async fn a_component_that_two_files_have_is_named_with_both() {
    for (folder_of, name) in
        [("extra/objects/Booking__c/fields", "Status__c"), ("extra/objects/Booking__c/fields", "status__c")]
    {
        let org = Salesforce::bare();
        let world = world(&org);
        let folder = copied(&world);
        let first = format!("{folder}/{MAIN}/objects/Booking__c/fields/Status__c.field-meta.xml");
        let text = std::fs::read_to_string(&first).unwrap().replace(">Status__c<", &format!(">{name}<"));
        let second = format!("{folder}/{MAIN}/{folder_of}");
        std::fs::create_dir_all(&second).unwrap();
        std::fs::write(format!("{second}/{name}.field-meta.xml"), text).unwrap();
        let wrong = wrong(&org, &world, &folder).await;
        let [line] = wrong.as_slice() else { panic!("{wrong:#?}") };
        assert!(line.contains("has the same component") && line.contains("extra/objects"), "{line}");
        assert!(line.contains("main/default/objects"), "{line}");
    }
}
