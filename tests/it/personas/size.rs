//! How much of an agent's context the tools of a persona take. A token is counted as four bytes: the tokenizers in use
//! come to a little less (`tests/clients/converters.mjs` counts with one of them).
//!
//! `cargo test -p tests personas::size -- --nocapture` prints the figures.

use super::{text, tools};
use crate::docs::holds;
use crate::personas;
use serde_json::{Value, json};
use std::fmt::Write as _;
use tests::World;

/// What the whole `tools/list` of a persona may take, in tokens.
const MOST: [(&str, usize); 2] = [("guest", 7_000), ("staff", 14_000)];
/// Hosts cut longer texts.
const LONGEST_TEXT: usize = 2_048;

fn tokens(value: &Value) -> usize {
    value.to_string().len().div_ceil(4)
}

/// Each tool without this part.
fn without(tools: &[Value], part: &str) -> Value {
    let mut tools = tools.to_vec();
    for tool in &mut tools {
        tool.as_object_mut().unwrap().remove(part);
    }
    json!({ "tools": tools })
}

#[tokio::test]
async fn the_tools_of_a_persona_are_within_their_budget() {
    let mut table =
        "| | tools | tokens | of them inputs | outputs | budget |\n|---|--:|--:|--:|--:|--:|\n".to_owned();
    for persona in personas().map(|persona| persona.name) {
        let (_, most) = MOST.into_iter().find(|(name, _)| *name == persona).expect("a budget");
        let tools = tools(persona).await;
        let all = tokens(&json!({ "tools": tools }));
        let of = |part| all - tokens(&without(&tools, part));
        let (inputs, outputs, number) = (of("inputSchema"), of("outputSchema"), tools.len());
        writeln!(table, "| {persona} | {number} | {all} | {inputs} | {outputs} | {most} |").unwrap();
        assert!(all <= most, "the tools of {persona} take {all} tokens, more than its budget (MOST, above)");
    }
    eprintln!("{table}");
    holds("docs/evidence.md", "size", &table);
}

#[tokio::test]
async fn nothing_that_a_host_would_cut_is_sent() {
    for server in tests::SERVERS {
        let started = World::new().start(server, &[], &[]).initialize("2025-11-25").await;
        let instructions = text(&started["instructions"]);
        assert!(instructions.len() < LONGEST_TEXT, "{server}: {} bytes", instructions.len());
    }
}
