//! docs/connecting.md says of each object and field of Salesforce what the integration user must be allowed.

use super::{file, holds};
use skills::systems::crm::salesforce::fields::{Field, OBJECTS};

/// Field permissions: what is read, what is written, and what only some orgs have.
fn table() -> String {
    let mut table = "| Object | Read | Edit | Only where the org has it |\n|---|---|---|---|\n".to_owned();
    for object in OBJECTS {
        let (needed, others): (Vec<&Field>, Vec<&Field>) = object
            .fields
            .iter()
            .filter(|field| field.name != "Id")
            .partition(|field| field.only_for.is_none());
        let (written, read): (Vec<&Field>, Vec<&Field>) =
            needed.into_iter().partition(|field| field.made || field.changed);
        let all_on_creation = written.iter().all(|field| !field.changed);
        let name = |field: &&Field| match (field.made, field.changed) {
            (true, false) if !all_on_creation => format!("{} (on creation)", field.name),
            _ => field.name.to_owned(),
        };
        let list = |fields: Vec<&Field>| fields.iter().map(name).collect::<Vec<_>>().join(", ");
        let whole = if all_on_creation { " (all on creation)" } else { "" };
        let others = others.into_iter().map(|field| {
            let right = if field.made || field.changed { "edit" } else { "read" };
            format!("{} ({right})", field.name)
        });
        let others = others.collect::<Vec<_>>().join(", ");
        let line = [object.name.to_owned(), list(read), list(written) + whole, others];
        table.push_str(&format!("| {} |\n", line.join(" | ")).replace("|  |", "| |"));
    }
    table
}

#[test]
fn connecting_lists_the_fields_that_are_read_and_written() {
    holds("docs/connecting.md", "fields", &table());
}

#[test]
fn connecting_says_which_objects_are_made_and_changed() {
    let page = file("docs/connecting.md");
    for object in OBJECTS {
        let line = page.lines().find(|line| line.starts_with(&format!("| {} | yes |", object.name)));
        let cells: Vec<_> = line.unwrap_or_else(|| panic!("{}", object.name)).split(" | ").collect();
        let sampled = object.fields.iter().any(|field| field.sampled);
        let (made, changed) = (object.is_made(), object.is_changed());
        assert_eq!(cells[2].starts_with("yes"), made, "{}: create", object.name);
        assert_eq!(cells[2].starts_with("only for `setup --seed`"), sampled && !made, "{}", object.name);
        assert_eq!(cells[3].starts_with("yes"), changed, "{}: edit", object.name);
    }
}
