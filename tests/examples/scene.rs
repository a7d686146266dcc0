//! The scenes of the trial, and the books after one, for a program that plays them from outside (tests/restate/cluster.py).
//!
//!     cargo run -p tests --example scene -- list           every scene: its calls, and the query that counts its effects
//!     cargo run -p tests --example scene -- books QUERY    the books of the hotel in HOTEL_DATA, and what the query counts
//!
//! Both print JSON on one line. With `HOTEL_TEST_RESTATE` and its companions (tests/on-restate) the calls are those of the
//! Restate server.

use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{Error, Result, Write};
use std::path::Path;
use tests::Books;
use tests::scenes::{Call, Scene, scenes};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let told = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["list"] => scenes().iter().map(scene).collect(),
        ["books", query] => books(query)?,
        _ => return Err(Error::other("give `list`, or `books` and a query")),
    };
    writeln!(std::io::stdout(), "{told}")
}

fn scene(scene: &Scene) -> Value {
    json!({
        "name": scene.name,
        "guest": scene.guest,
        "before": scene.before.iter().map(call).collect::<Value>(),
        "call": call(&scene.call),
        "effects": scene.effects,
    })
}

fn call(call: &Call) -> Value {
    json!({"tool": call.tool, "arguments": call.arguments, "faults": call.faults})
}

fn books(query: &str) -> Result<Value> {
    let variables: HashMap<String, String> = std::env::vars().collect();
    let data = variables.get("HOTEL_DATA").ok_or_else(|| Error::other("HOTEL_DATA is missing"))?;
    let data = Path::new(data);
    tests::copy_journal(&variables, data);
    let books = Books::at(data);
    Ok(json!({
        "times": books.count(query),
        "broken": books.broken_rules(),
        "ledger": books.ledger(),
        "texts": books.texts_sent(),
        "fates_of_texts": books.texts("SELECT state FROM outbox ORDER BY state"),
        "charges": books.count("SELECT count(*) FROM intents WHERE status = 'succeeded'"),
        "refunds": books.count("SELECT count(*) FROM refunds"),
        "calls": books.count("SELECT count(*) FROM calls"),
        "need_attention": books.count("SELECT count(*) FROM calls WHERE outcome = 'needs_attention'"),
    }))
}
