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
    ];
    for (file, old, new, says) in cases {
        let org = Salesforce::bare();
        let world = world(&org);
        let folder = edited(&world, &format!("{MAIN}/{file}"), old, new);
        let ran = world.run_staff(&["setup", "--metadata", "--project", &folder]).await;
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
