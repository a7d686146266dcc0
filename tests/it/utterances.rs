//! Things that guests and staff say (`tests/utterances`), each with the tool that serves it: where a plain search over name,
//! title, description and arguments of the tools finds that tool. Clients with many tools choose among them so.
//!
//! `cargo test -p tests utterances -- --nocapture` prints the figures, and what is found in no first three.

use super::docs::{file, holds};
use orchestrators::tool::{Persona, Tool, Toolset};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use tests::bm25::Bm25;

/// At least so many in a hundred find their tool among the first three.
const AMONG_THREE: usize = 90;
/// Of what is held out, at least so many: the texts of the tools were not written for them.
const HELD_OUT_AMONG_THREE: usize = 85;

/// Something said.
struct Utterance {
    said: String,
    tool: String,
    /// Every third of a tool was not looked at while the tools' texts were worked on.
    held_out: bool,
}

/// What is said to a persona.
fn said_to(persona: &str) -> Vec<Utterance> {
    let mut all = vec![];
    let (mut tool, mut nth) = (String::new(), 0);
    let text = file(&format!("tests/utterances/{persona}.txt"));
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            (tool, nth) = (name.to_owned(), 0);
        } else {
            nth += 1;
            all.push(Utterance { said: line.to_owned(), tool: tool.clone(), held_out: nth % 3 == 0 });
        }
    }
    all
}

/// What a search sees of a tool.
fn document(tool: &Tool) -> String {
    let mut text = format!("{} {} {}", tool.name, tool.title, tool.description);
    for (name, about) in tool.listed_input()["properties"].as_object().unwrap() {
        write!(text, " {name} {}", about["description"].as_str().unwrap_or_default()).unwrap();
    }
    text
}

/// How many were said, and for how many the tool came first or among the first three.
#[derive(Default, Clone, Copy)]
struct Found {
    said: usize,
    first: usize,
    among_three: usize,
}

impl Found {
    fn add(&mut self, rank: usize) {
        self.said += 1;
        self.first += usize::from(rank == 0);
        self.among_three += usize::from(rank < 3);
    }

    fn plus(self, other: Self) -> Self {
        Self {
            said: self.said + other.said,
            first: self.first + other.first,
            among_three: self.among_three + other.among_three,
        }
    }

    const fn in_a_hundred(self, count: usize) -> usize {
        count * 100 / self.said
    }

    fn row(self, what: &str) -> String {
        let (first, among_three) = (self.in_a_hundred(self.first), self.in_a_hundred(self.among_three));
        format!("| {what} | {} | {first} % | {among_three} % |\n", self.said)
    }
}

/// What is found of what is said to a persona: of what was worked with, and of what is held out.
fn found(persona: Persona) -> (Found, Found) {
    let (name, toolset) = (persona.name, Toolset::new(persona));
    let index = Bm25::of(&toolset.tools().iter().map(document).collect::<Vec<_>>());
    let (mut seen, mut held_out) = (Found::default(), Found::default());
    for Utterance { said, tool, held_out: is_held_out } in said_to(name) {
        let ranked: Vec<&str> = index.ranked(&said).into_iter().map(|n| toolset.tools()[n].name).collect();
        let rank = ranked.iter().position(|found| *found == tool).unwrap_or_else(|| panic!("no tool {tool}"));
        if is_held_out {
            held_out.add(rank);
        } else {
            seen.add(rank);
            if rank >= 3 {
                eprintln!(
                    "{name}: \"{said}\" is for {tool}, found at {}: {}",
                    rank + 1,
                    ranked[..3].join(", ")
                );
            }
        }
    }
    (seen, held_out)
}

#[test]
fn what_people_say_finds_its_tool() {
    let mut table = "| | said | first | among three |\n|---|--:|--:|--:|\n".to_owned();
    let (mut all, mut all_held_out) = (Found::default(), Found::default());
    for persona in super::personas() {
        let name = persona.name;
        let (seen, held_out) = found(persona);
        table += &seen.row(&format!("{name}, worked with"));
        table += &held_out.row(&format!("{name}, held out"));
        (all, all_held_out) = (all.plus(seen).plus(held_out), all_held_out.plus(held_out));
    }
    table += &all_held_out.row("**held out**");
    table += &all.row("**all**");
    eprintln!("{table}");
    holds("docs/evidence.md", "utterances", &table);
    assert!(all.in_a_hundred(all.among_three) >= AMONG_THREE, "{table}");
    assert!(all_held_out.in_a_hundred(all_held_out.among_three) >= HELD_OUT_AMONG_THREE, "{table}");
}

#[test]
fn every_tool_has_things_said_for_it_and_nothing_is_said_twice() {
    for persona in super::personas() {
        let name = persona.name;
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for Utterance { said, tool, .. } in said_to(name) {
            assert!(seen.insert(said.to_lowercase()), "{name}: {said} is there twice");
            *count.entry(tool).or_default() += 1;
        }
        let tools = Toolset::new(persona);
        let served: BTreeSet<String> = tools.tools().iter().map(|tool| tool.name.to_owned()).collect();
        assert_eq!(count.keys().cloned().collect::<BTreeSet<_>>(), served, "{name}: utterances and tools");
        assert!(count.values().all(|count| *count >= 6), "{name}: {count:?}");
    }
}
