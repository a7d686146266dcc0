//! `staff-server setup --metadata`: from an org without anything of the hotel to the first check-in, and whatever comes in
//! between. The org is a stand-in that takes a deployment as strictly as the platform.

mod again;
mod changed;
mod cut_off;
mod edited;
mod keys;
mod literally;
mod refused;

use super::{files, project};
use serde_json::json;
use std::path::Path;
use tests::fakes::{Recorded, Salesforce};
use tests::{Ran, World};

const DEPLOY: [&str; 2] = ["setup", "--metadata"];
const CHECK: [&str; 3] = ["setup", "--metadata", "--check-only"];

fn world(org: &Salesforce) -> World {
    super::enough::connect(World::new(), org.env())
}

/// The lines of what was written that begin with a word.
fn lines<'a>(ran: &'a Ran, word: &str) -> Vec<&'a str> {
    ran.stdout.lines().filter(|line| line.starts_with(word)).collect()
}

/// How often a deployment was sent.
fn sent(org: &Salesforce) -> usize {
    let is_sent = |it: &&Recorded| it.method == "POST" && it.path.ends_with("/metadata/deployRequest");
    org.recorded().iter().filter(is_sent).count()
}

/// A copy of the project in a folder, with one text in one file replaced by another.
fn edited(world: &World, file: &str, old: &str, new: &str) -> String {
    let folder = world.data().with_file_name("edited");
    for (path, text) in files("") {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{file} does not say {old}");
    std::fs::write(&path, text.replacen(old, new, 1)).unwrap();
    folder.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn from_an_empty_org_to_the_first_check_in() {
    let org = Salesforce::bare();
    let world = world(&org);
    let looked = world.run_staff(&CHECK).await;
    assert_eq!(looked.code, Some(0), "{looked:?}");
    assert!(
        lines(&looked, "to create").contains(&"to create   CustomField Booking__c.Status__c"),
        "{looked:?}"
    );
    assert!(org.components("CustomObject").is_empty(), "it only looked");

    let ran = world.run_staff(&DEPLOY).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("InProgress: "), "{ran:?}");
    assert_eq!(lines(&ran, "created").len(), lines(&looked, "to create").len());
    assert_eq!(lines(&ran, "changed").len(), 4, "the platform's own picklists: {ran:?}");
    assert_eq!(org.components("CustomObject").len(), 4);
    assert_eq!(org.components("PermissionSet"), ["Hotel_Front_Desk", "Hotel_MCP_Run", "Hotel_MCP_Setup"]);

    let again = world.run_staff(&DEPLOY).await;
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(lines(&again, "created").is_empty() && lines(&again, "changed").is_empty(), "{again:?}");
    assert!(!lines(&again, "unchanged").is_empty() && !lines(&again, "left alone").is_empty(), "{again:?}");

    org.assign(&["Hotel_MCP_Run", "Hotel_MCP_Setup"]);
    let made = world.run_staff(&["setup", "--seed"]).await;
    assert_eq!(made.code, Some(0), "{made:?}");
    let checked = world.run_staff(&["doctor"]).await;
    assert_eq!(checked.code, Some(0), "{checked:?}");
    let told = world.staff().call("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    assert_eq!(told.data()["room_status"], "Occupied");
}

#[tokio::test]
async fn a_project_in_a_folder_is_deployed_instead() {
    let org = Salesforce::bare();
    let world = world(&org);
    let help = "Where the booking stands.";
    let file = "force-app/main/default/objects/Booking__c/fields/Status__c.field-meta.xml";
    let folder = edited(
        &world,
        file,
        help,
        "Wo die Buchung steht: <b>ganz</b> &amp; gar.".replace('<', "&lt;").as_str(),
    );
    let ran = world.run_staff(&["setup", "--metadata", "--project", &folder]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let nowhere = world.run_staff(&["setup", "--metadata", "--project", "/nowhere"]).await;
    assert_eq!(
        (nowhere.code, nowhere.stderr.contains("sfdx-project.json is missing")),
        (Some(2), true),
        "{nowhere:?}"
    );
}

#[test]
fn the_binary_holds_the_project() {
    use skills::systems::crm::salesforce::metadata::{Components, Project};
    let components = Components::of(&Project::ours().unwrap()).unwrap();
    let of_folder = Components::of(&Project::read(Path::new(&project())).unwrap()).unwrap();
    let files = |of: &Components| {
        of.package().files().map(|(path, text)| format!("{path}\n{text}")).collect::<Vec<_>>()
    };
    assert_eq!(files(&components), files(&of_folder));
    assert!(components.count() > 75, "{}", components.count());
}

#[tokio::test]
async fn there_is_an_org_to_deploy_to_or_it_is_a_mistake() {
    let ran = World::on(tests::Backend::Embedded).run_staff(&DEPLOY).await;
    assert_eq!((ran.code, ran.stderr.contains("SALESFORCE_LOGIN_URL: missing")), (Some(2), true), "{ran:?}");
    let org = Salesforce::bare();
    let ran = world(&org).run_staff(&["setup", "--metadata", "--resume", "0Af'x"]).await;
    assert_eq!((ran.code, ran.stderr.contains("--resume")), (Some(2), true), "{ran:?}");
    let ran = world(&org).run_staff(&["setup"]).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
}
