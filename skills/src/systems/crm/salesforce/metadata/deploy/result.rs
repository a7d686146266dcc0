//! A deployment as the org tells of it
//! (<https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_deployresult.htm>).

use serde_json::Value;

/// States that a deployment does not leave.
const ENDED: [&str; 5] = ["Succeeded", "SucceededPartial", "Failed", "Canceled", "FinalizingFailed"];

/// A deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// Its id (`0Af…`).
    pub id: String,
    /// `Pending`, `InProgress`, `Succeeded`, `Failed`, `Canceled` …
    pub status: String,
    /// Whether it only looks.
    pub check_only: bool,
    /// Whether it has ended.
    pub done: bool,
    /// Whether all of it was done.
    pub success: bool,
    /// How many components are done, of how many.
    pub deployed: u64,
    /// All of them.
    pub total: u64,
    /// What became of each component, as far as it is known.
    pub outcomes: Vec<Outcome>,
    /// What the org says of the whole.
    pub message: Option<String>,
}

/// What became of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `CustomField Booking__c.Status__c`.
    pub called: String,
    /// What became of it.
    pub what: What,
}

/// What became of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The org had none.
    Created,
    /// The org had another.
    Changed,
    /// The org had it.
    Unchanged,
    /// The org's own words, and where in which file.
    Refused(String),
}

impl Deployment {
    /// A row of the object DeployRequest.
    pub(super) fn of_row(row: &Value) -> Self {
        Self::of(row["Id"].as_str().unwrap_or_default(), row)
    }

    /// A deployment's answer; a row has the same in other case.
    pub(super) fn of(id: &str, result: &Value) -> Self {
        let status =
            result["status"].as_str().or_else(|| result["Status"].as_str()).unwrap_or_default().to_owned();
        let details = &result["details"];
        let mut outcomes: Vec<Outcome> = list(&details["componentFailures"]).map(refused).collect();
        outcomes.extend(list(&details["componentSuccesses"]).filter_map(done));
        let message = result["errorMessage"].as_str().map(|text| {
            let code = result["errorStatusCode"].as_str().unwrap_or_default();
            format!("{code} {text}").trim().to_owned()
        });
        Self {
            id: id.to_owned(),
            check_only: is(&result["checkOnly"]) || is(&result["CheckOnly"]),
            done: is(&result["done"]) || ENDED.contains(&status.as_str()),
            success: is(&result["success"]) || status == "Succeeded",
            deployed: number(&result["numberComponentsDeployed"]),
            total: number(&result["numberComponentsTotal"]),
            status,
            outcomes,
            message,
        }
    }
}

/// Some answers have truths as texts.
fn is(value: &Value) -> bool {
    value == true || value == "true"
}

fn number(value: &Value) -> u64 {
    value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_default()
}

/// Some answers have a list of one without its list.
fn list(value: &Value) -> impl Iterator<Item = &Value> {
    let one = value.is_object().then_some(value);
    value.as_array().into_iter().flatten().chain(one)
}

fn called(message: &Value) -> String {
    let text = |name: &str| message[name].as_str().unwrap_or_default();
    format!("{} {}", text("componentType"), text("fullName")).trim().to_owned()
}

/// The manifest is not a component.
fn done(message: &Value) -> Option<Outcome> {
    message["componentType"].as_str().filter(|kind| !kind.is_empty())?;
    let what = if is(&message["created"]) {
        What::Created
    } else if is(&message["changed"]) {
        What::Changed
    } else {
        What::Unchanged
    };
    Some(Outcome { called: called(message), what })
}

fn refused(message: &Value) -> Outcome {
    let problem = message["problem"].as_str().unwrap_or("the org does not say why");
    let kind = message["problemType"].as_str().filter(|kind| *kind != "Error");
    let kind = kind.map(|kind| format!("{kind}: ")).unwrap_or_default();
    let file = message["fileName"].as_str().unwrap_or_default();
    let place = match number(&message["lineNumber"]) {
        0 => file.to_owned(),
        line => format!("{file}, line {line}"),
    };
    let place = if place.is_empty() { place } else { format!(" ({place})") };
    Outcome { called: called(message), what: What::Refused(format!("{kind}{problem}{place}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn truths_and_numbers_may_be_texts_and_a_list_may_be_its_only_item() {
        let told = json!({"status": "Failed", "done": "true", "success": "false", "checkOnly": "true",
            "numberComponentsDeployed": "1", "numberComponentsTotal": 2, "details": {
                "componentSuccesses": [{"componentType": "", "fullName": "package.xml"},
                    {"componentType": "CustomTab", "fullName": "Booking__c", "created": "false", "changed": "true"}],
                "componentFailures": {"componentType": "CustomField", "fullName": "Booking__c.Room__c", "lineNumber": "12",
                    "fileName": "objects/Booking__c.object", "problem": "no such object", "problemType": "Error"}}});
        let read = Deployment::of("0Af", &told);
        assert!(read.done && !read.success && read.check_only);
        assert_eq!((read.deployed, read.total), (1, 2));
        let says = "no such object (objects/Booking__c.object, line 12)";
        let refused =
            Outcome { called: "CustomField Booking__c.Room__c".into(), what: What::Refused(says.into()) };
        assert_eq!(
            read.outcomes,
            [refused, Outcome { called: "CustomTab Booking__c".into(), what: What::Changed }]
        );
    }
}
