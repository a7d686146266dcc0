//! Takes a form with two parts apart: the options (`json`, which some clients call `entity_content`) and the zip (`file`).

use crate::fakes::salesforce::call::Call;
use crate::fakes::salesforce::refusal::{Refusal, Result};
use serde_json::Value;

/// The options that the platform knows.
const OPTIONS: [&str; 11] = [
    "allowMissingFiles",
    "autoUpdatePackage",
    "checkOnly",
    "ignoreWarnings",
    "performRetrieve",
    "purgeOnDelete",
    "rollbackOnError",
    "runTests",
    "singlePackage",
    "testLevel",
    "runAllTests",
];

/// What a client wants to be deployed.
pub(super) struct Form {
    pub(super) options: Value,
    pub(super) zip: Vec<u8>,
}

fn wrong(message: impl Into<String>) -> Refusal {
    Refusal::bad("INVALID_MULTIPART_REQUEST", message)
}

pub(super) fn read(call: &Call) -> Result<Form> {
    let kind = call.header("content-type").unwrap_or_default();
    let Some(boundary) = kind.strip_prefix("multipart/form-data; boundary=") else {
        let message = format!("Content-Type header specified in HTTP request is not supported: {kind}");
        return Err(Refusal::new(415, "UNSUPPORTED_MEDIA_TYPE", message));
    };
    let (mut options, mut zip) = (None, None);
    for part in parts(&call.raw, boundary.trim_matches('"')) {
        let (head, body) = split(part, b"\r\n\r\n").ok_or_else(|| wrong("a part has no head"))?;
        let head = String::from_utf8_lossy(head);
        if head.contains("name=\"json\"") || head.contains("name=\"entity_content\"") {
            options = Some(
                serde_json::from_slice::<Value>(body).map_err(|error| Refusal::json(error.to_string()))?,
            );
        } else if head.contains("name=\"file\"") && head.contains("filename=\"") {
            zip = Some(body.to_vec());
        } else {
            return Err(wrong("a part of another name"));
        }
    }
    let mut options = options.ok_or_else(|| wrong("no part json"))?;
    let options = options["deployOptions"].take();
    let unknown =
        options.as_object().into_iter().flatten().find(|(name, _)| !OPTIONS.contains(&name.as_str()));
    if let Some((name, _)) = unknown {
        return Err(Refusal::json(format!(
            "Unrecognized field \"{name}\" (class DeployOptions), not marked as ignorable"
        )));
    }
    Ok(Form { options, zip: zip.ok_or_else(|| wrong("no part file"))? })
}

/// The parts between the boundaries.
fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let mark = format!("--{boundary}");
    let (mut rest, mut found) = (body, vec![]);
    while let Some((before, after)) = split(rest, mark.as_bytes()) {
        let before = before.strip_prefix(b"\r\n").unwrap_or(before);
        if let Some(part) = before.strip_suffix(b"\r\n").filter(|part| !part.is_empty()) {
            found.push(part);
        }
        rest = after;
    }
    found
}

fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let found = bytes.windows(at.len()).position(|window| window == at)?;
    Some((&bytes[..found], &bytes[found + at.len()..]))
}
