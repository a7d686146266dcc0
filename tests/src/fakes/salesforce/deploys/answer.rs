//! How the platform tells of a deployment.

use super::package::{Components, Problem};
use super::{Deploy, Metadata};
use crate::fakes::salesforce::org::Org;
use serde_json::{Value, json};

/// What came of a deployment.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub(super) status: &'static str,
    pub(super) successes: Vec<Value>,
    pub(super) failures: Vec<Value>,
}

/// How often it is asked for until it ends.
pub(super) const ASKED: usize = 3;

impl Deploy {
    pub(super) fn status(&self) -> &'static str {
        match (&self.result, self.asked) {
            (Some(ended), _) => ended.status,
            (None, 0) => "Pending",
            (None, _) => "InProgress",
        }
    }

    /// The answer to whoever asks for it.
    pub(super) fn answer(&self, org: &Org, with_details: bool) -> Value {
        let ended = self.result.as_ref();
        let total = super::package::open(&self.zip).0.len();
        let errors = ended.map_or(0, |ended| ended.failures.len());
        let done = ended.map_or(total * self.asked.saturating_sub(1) / ASKED, |ended| {
            ended.successes.len().saturating_sub(1)
        });
        let mut result = json!({
            "id": self.id, "status": self.status(), "done": ended.is_some(), "success": self.status() == "Succeeded",
            "checkOnly": self.check_only, "rollbackOnError": self.rolls_back, "ignoreWarnings": false,
            "createdBy": org.user(), "createdByName": "Hotel Integration", "createdDate": self.created,
            "lastModifiedDate": self.created, "numberComponentErrors": errors, "numberComponentsDeployed": done,
            "numberComponentsTotal": if self.asked == 0 { 0 } else { total }, "numberTestErrors": 0,
            "numberTestsCompleted": 0, "numberTestsTotal": 0, "runTestsEnabled": false,
        });
        if with_details {
            let list = |of: fn(&Ended) -> &Vec<Value>| ended.map(of).cloned().unwrap_or_default();
            result["details"] = json!({"componentSuccesses": list(|ended| &ended.successes),
                "componentFailures": list(|ended| &ended.failures), "runTestResult": {"numTestsRun": 0}});
        }
        let url = format!(
            "{}/services/data/{}/metadata/deployRequest/{}",
            org.url(),
            super::super::LATEST,
            self.id
        );
        json!({"id": self.id, "validatedDeployRequestId": null, "url": url, "deployResult": result})
    }
}

/// A message for each component that can be deployed, and one for the manifest.
pub(super) fn successes(metadata: &Metadata, components: &Components, failed: &[Problem]) -> Vec<Value> {
    let mut messages =
        vec![json!({"componentType": "", "fullName": "package.xml", "fileName": "package.xml",
        "created": false, "changed": true, "deleted": false, "success": true})];
    for ((kind, name), component) in components {
        if failed.iter().any(|problem| (&problem.kind, &problem.name) == (kind, name)) {
            continue;
        }
        let is_there = super::is_there(metadata, kind, name);
        let before = metadata.components.get(&(kind.clone(), name.clone()));
        let is_same = before.is_some_and(|before| before.canonical == component.canonical);
        let is_new = !is_there && kind != "StandardValueSet";
        messages.push(
            json!({"componentType": kind, "fullName": name, "fileName": component.file, "created": is_new,
            "changed": is_new || !is_same, "deleted": false, "success": true}),
        );
    }
    messages
}

pub(super) fn failures(problems: &[Problem]) -> Vec<Value> {
    let message = |problem: &Problem| {
        json!({"componentType": problem.kind, "fullName": problem.name, "fileName": problem.file, "lineNumber": problem.line,
            "columnNumber": 1, "problem": problem.words, "problemType": "Error", "created": false, "changed": false,
            "deleted": false, "success": false})
    };
    problems.iter().map(message).collect()
}
