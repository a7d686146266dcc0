//! The steps of docs/connecting.md, each command of them literally.

use super::{lines, world};
use crate::docs::file;
use tests::fakes::Salesforce;

const HEADING: &str = "### From an empty org to the first check-in\n";

/// The commands of the section, in their order.
fn commands() -> Vec<Vec<String>> {
    let page = file("docs/connecting.md");
    let (_, section) = page.split_once(HEADING).expect("the section");
    let section = section.split("\n### ").next().unwrap_or(section);
    let commands = section.lines().filter_map(|line| line.trim().strip_prefix("staff-server "));
    commands.map(words).collect()
}

/// The words of a command, as a shell has them: blanks separate, single quotes keep together, `#` begins a comment.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![], false);
    for part in command.split('\'') {
        if quoted {
            words.push(part.to_owned());
        } else {
            let said = part.split_once('#').map_or(part, |(said, _)| said);
            words.extend(said.split_whitespace().map(str::to_owned));
        }
        quoted = !quoted;
    }
    words
}

#[tokio::test]
async fn the_steps_lead_from_an_empty_org_to_the_first_check_in() {
    let commands = commands();
    let says = |command: &[String]| command.join(" ");
    let all: Vec<_> = commands.iter().map(|command| says(command)).collect();
    let begins = [
        "setup --metadata --check-only",
        "setup --metadata",
        "setup --seed",
        "doctor",
        "call check_in_guest",
    ];
    assert!(
        all.len() == begins.len() && all.iter().zip(begins).all(|(it, begin)| it.starts_with(begin)),
        "{all:?}"
    );

    let org = Salesforce::bare();
    let world = world(&org);
    for command in &commands {
        // What the steps before it tell a person to do in the browser.
        if command[..] == ["setup", "--seed"] {
            org.assign(&["Hotel_MCP_Run", "Hotel_MCP_Setup"]);
        } else if command[..] == ["doctor"] {
            org.assign(&["Hotel_MCP_Run"]);
        }
        let ran = world.run_staff(&command.iter().map(String::as_str).collect::<Vec<_>>()).await;
        assert_eq!(ran.code, Some(0), "{}: {ran:?}", says(command));
        assert!(lines(&ran, "refused").is_empty());
    }
    let here = org.rows("Booking__c").iter().filter(|row| row["Status__c"] == "Checked In").count();
    assert!(here > 0, "somebody is checked in");
}
