//! What older versions of the worker stored on the engine, and sent through it, is read by this one, and nothing of it is lost:
//! the folders `tests/corpus/worker-*`. A form that is there for ever needs its line here for ever.

use super::durable::Recorded;
use super::holds::{Fact, HeldFor, Hold};
use super::play::Played;
use super::texts::{Fate, SentText, Text};
use crate::restate::wire::{
    Asking, Cleared, Entry, Kept, ListQuery, Look, MessageOf, Redacted, Row, Told, WasCleared,
};
use crate::saga::live::Progress;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use skills::FollowUp;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Reads a value as a type of this version, and writes it again.
type Reads = fn(&Value) -> Result<Value, serde_json::Error>;

fn is<T: Serialize + DeserializeOwned>(value: &Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(T::deserialize(value)?)
}

/// The types a form may be of.
fn types_of(form: &str) -> Vec<Reads> {
    vec![match form {
        "Calls state attempt" => is::<Entry>,
        "Calls.show output" => is::<Option<Entry>>,
        "Calls state last" | "Calls.show input" | "Calls.retire input" => is::<i64>,
        "Calls.ask input" => is::<Asking>,
        "Calls.ask output" => is::<Told>,
        "Calls.look input" => is::<Look>,
        "Calls.clear input" => is::<Cleared>,
        "Calls.clear output" => is::<WasCleared>,
        "Calls.end input" => is::<Value>,
        "Calls.redact input" => is::<Redacted>,
        "Calls.tell input" => is::<(i64, MessageOf)>,
        "Holds state facts" => is::<Vec<Fact>>,
        "Holds state held_for" => is::<HeldFor>,
        "Holds state ended" => is::<BTreeMap<String, Value>>,
        "Holds state touched" | "Cancellations state at" | "Cancellations.note input" => is::<Timestamp>,
        "Holds.note input" => is::<Fact>,
        "Holds.play input" => is::<Hold>,
        "Holds.play output" => is::<Played>,
        "Refunds.follow input" => is::<(String, FollowUp)>,
        "Stages state stages" | "Stages.begun output" => is::<Vec<Progress>>,
        "Cancellations.noted output" => is::<Option<Timestamp>>,
        "Stages.begin input" => is::<Progress>,
        "Texts.send input" => is::<Text>,
        "Texts.send output" => is::<Option<MessageOf>>,
        "Texts.look input" => is::<SentText>,
        "Trail.enter input" => is::<Kept>,
        "Trail state row" | "Trail.put input" => is::<Row>,
        "Trail.page input" => is::<ListQuery>,
        "Trail.page output" => is::<Vec<Row>>,
        "Trail.wait input" => is::<(String, Option<Timestamp>)>,
        "Trail.waits output" => is::<Vec<(String, Timestamp)>>,
        "Trail.expire input" => is::<(String, String)>,
        "Trail.marks output" => is::<Vec<String>>,
        "Trail.mark input" | "Trail.take input" | "Holds.release input" => is::<String>,
        "Trail state ~" | "Approvals state used" | "Approvals.use_up output" | "Calls.redact output" => {
            is::<bool>
        }
        "Approvals.use_up input"
        | "Stages.begun input"
        | "Trail.marks input"
        | "Trail.waits input"
        | "Cancellations.noted input" => is::<()>,
        // The list of bookings whose guests wait has a row for each: since when.
        form if form.starts_with("Trail state BK-") => is::<Timestamp>,
        "Texts.send step" => return vec![is::<Timestamp>, is::<(Timestamp, String)>, is::<Fate>],
        form if form.ends_with(" step") => {
            return vec![is::<Timestamp>, is::<(Timestamp, String)>, is::<Vec<Recorded>>];
        }
        form => panic!("nobody reads {form}"),
    }]
}

/// The first part of an old value that the new one does not have. What was null may be left out.
fn lost(old: &Value, new: &Value) -> Option<String> {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            old.iter().filter(|(_, value)| !value.is_null()).find_map(|(name, value)| {
                let below = new.get(name).map_or(Some(String::new()), |new| lost(value, new));
                below.map(|below| format!(".{name}{below}"))
            })
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            old.iter().zip(new).find_map(|(old, new)| lost(old, new).map(|below| format!("[]{below}")))
        }
        _ => (old != new).then(|| format!(": {old} is read as {new}")),
    }
}

/// What is wrong with reading a value of a form.
fn harm(form: &str, value: &Value) -> Option<String> {
    let read = |reads: Reads| match reads(value) {
        Ok(again) => lost(value, &again).map_or(Ok(()), |lost| Err(format!("{form}{lost}"))),
        Err(error) => Err(format!("{form}: {error}")),
    };
    let tried: Vec<_> = types_of(form).into_iter().map(read).collect();
    if tried.iter().any(Result::is_ok) { None } else { tried.into_iter().find_map(Result::err) }
}

fn folders() -> Vec<PathBuf> {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus");
    let all = std::fs::read_dir(corpus).expect("the corpus").map(|entry| entry.expect("a folder").path());
    all.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("worker-")))
        .collect()
}

/// Each form of a folder with its examples.
fn forms(folder: &PathBuf) -> Vec<(String, Vec<Value>)> {
    let mut forms = vec![];
    for file in std::fs::read_dir(folder).expect("files") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a text");
        let of_service: Map<String, Value> = serde_json::from_str(&text).expect("JSON");
        forms.extend(
            of_service.into_iter().map(|(form, all)| (form, all.as_array().cloned().unwrap_or_default())),
        );
    }
    forms
}

#[test]
fn what_older_versions_stored_is_read_and_nothing_of_it_is_lost() {
    let folders = folders();
    assert!(!folders.is_empty());
    for folder in folders {
        let forms = forms(&folder);
        assert!(forms.len() >= 40, "{}: {} forms", folder.display(), forms.len());
        let harm: Vec<_> =
            forms.iter().flat_map(|(form, all)| all.iter().filter_map(|value| harm(form, value))).collect();
        assert!(harm.is_empty(), "{}:\n{}", folder.display(), harm.join("\n"));
    }
}

/// A reader that notices nothing proves nothing.
#[test]
fn a_field_that_is_no_longer_known_is_noticed() {
    let folder = folders().remove(0);
    let (form, mut all) =
        forms(&folder).into_iter().find(|(form, _)| form == "Calls state attempt").expect("calls");
    all[0]["asking"]["held"]["was_once_known"] = true.into();
    assert_eq!(harm(&form, &all[0]).as_deref(), Some("Calls state attempt.asking.held.was_once_known"));
    all[0]["asking"]["held"].as_object_mut().expect("fields").remove("caller");
    assert!(harm(&form, &all[0]).expect("harm").contains("missing field `caller`"));
}
