//! The table of all tries.

use super::{FAULTS, Tried};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The tries, one row for each scene: how often each fault was injected, and in how many of these tries the hotel survived.
#[must_use]
pub fn table(tried: &[Tried]) -> String {
    let columns: Vec<String> = FAULTS.iter().map(|fault| fault.word().replace('_', " ")).collect();
    let mut table = format!("| Scene | steps | {} | survived |\n|---|---", columns.join(" | "));
    table.push_str(&"|--:".repeat(columns.len() + 1));
    table.push_str("|\n");
    let mut scenes: Vec<&str> = tried.iter().map(|one| one.scene.as_str()).collect();
    scenes.dedup();
    for scene in &scenes {
        let rows: Vec<&Tried> = tried.iter().filter(|one| one.scene == *scene).collect();
        let title =
            scene.split_once(": ").map_or(format!("`{scene}`"), |(tool, way)| format!("`{tool}`: {way}"));
        row(&mut table, &title, &rows);
    }
    row(&mut table, "**all**", &tried.iter().collect::<Vec<_>>());
    table
}

fn row(table: &mut String, title: &str, rows: &[&Tried]) {
    let steps: BTreeSet<(&str, &str)> =
        rows.iter().map(|one| (one.scene.as_str(), one.step.as_str())).collect();
    let _ = write!(table, "| {title} | {} |", steps.len());
    for fault in FAULTS {
        let these: Vec<&&Tried> = rows.iter().filter(|one| one.fault == *fault).collect();
        let harmed = these.iter().filter(|one| one.harm.is_some()).count();
        let _ = match (these.len(), harmed) {
            (0, _) => write!(table, " – |"),
            (all, 0) => write!(table, " {all} |"),
            (all, harmed) => write!(table, " {} of {all} |", all - harmed),
        };
    }
    let survived = rows.iter().filter(|one| one.harm.is_none()).count();
    let _ = writeln!(table, " {survived} of {} |", rows.len());
}
