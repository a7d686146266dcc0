//! Salesforce's codes
//! (<https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm>).

use super::Said;
use crate::error::Kind;
use serde_json::{Value, json};

/// Codes about a value that was given. If no argument fills the field in, they mean that the field is not as the servers
/// need it.
const OF_A_VALUE: [&str; 3] = ["STRING_TOO_LONG", "INVALID_EMAIL_ADDRESS", "NUMBER_OUTSIDE_VALID_RANGE"];
/// Codes about a missing value: one that the caller has to give, or one of a field that the servers do not know.
const MISSING: &str = "REQUIRED_FIELD_MISSING";
/// Codes that mean the row was made, changed or removed since it was read. Salesforce does not document which code a failed
/// reference gets: PROCESSING_HALTED is expected, and the last two are other candidates.
const MOVED_ON: [&str; 8] = [
    "DUPLICATE_VALUE",
    "DUPLICATE_EXTERNAL_ID",
    "ENTITY_IS_DELETED",
    "NOT_FOUND",
    "INVALID_CROSS_REFERENCE_KEY",
    "INVALID_ID_FIELD",
    "INVALID_INPUT",
    "MALFORMED_ID",
];
/// Codes about a missing field, object, picklist value or permission.
const SET_UP: [&str; 13] = [
    "INVALID_FIELD",
    "INVALID_TYPE",
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "INVALID_TYPE_ON_FIELD_IN_RECORD",
    "FIELD_NOT_UPDATABLE",
    "JSON_PARSER_ERROR",
    "UNSUPPORTED_API_VERSION",
    "UNSUPPORTED_CURRENCY",
    "API_DISABLED_FOR_ORG",
    "API_CURRENTLY_DISABLED",
    "FUNCTIONALITY_NOT_ENABLED",
    MISSING,
];
/// Codes of outages, even with the status of a refusal.
const PASSES: [&str; 8] = [
    "UNABLE_TO_LOCK_ROW",
    "SERVER_UNAVAILABLE",
    "REQUEST_LIMIT_EXCEEDED",
    "QUERY_TIMEOUT",
    "REQUEST_RUNNING_TOO_LONG",
    "OPERATION_TOO_LARGE_TRY_LATER",
    "INVALID_SESSION_ID",
    "UNKNOWN_EXCEPTION",
];

/// Who can mend it. `State` means that the records are no longer as they were read. An unknown code is a refusal by the
/// org: a validation rule, a trigger, a flow, a locked record, an inactive owner, a right on a record, a storage limit.
pub(crate) fn kind(status: u16, code: &str) -> Kind {
    // A 401 says nothing about the request itself, and an answer without a code comes from a gateway.
    if let Some(passes) =
        super::of_status(status).or((status == 401 || code.is_empty()).then_some(Kind::Outage))
    {
        return passes;
    }
    match code {
        _ if PASSES.contains(&code) => Kind::Outage,
        _ if OF_A_VALUE.contains(&code) => Kind::Argument,
        _ if MOVED_ON.contains(&code) => Kind::State,
        _ if SET_UP.contains(&code) => Kind::SetUp,
        _ => Kind::SystemRefuses,
    }
}

/// Whether a missing field is one that the caller may fill in.
pub(crate) fn is_missing(code: &str) -> bool {
    code == MISSING
}

/// What an error says, with the fields it concerns: from its list, or else as its sentence names them.
pub(crate) fn said(error: &Value, object: Option<&str>) -> Said {
    let text = |name: &str| error[name].as_str().unwrap_or_default();
    let message = text("message");
    let listed = error["fields"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut fields: Vec<&str> = listed.collect();
    if fields.is_empty() {
        let between =
            [("column '", "'"), ("are missing: [", "]"), ("update fields: ", ". "), ("relationship '", "'")];
        fields.extend(between.iter().find_map(|(before, after)| part(message, before, after)));
    }
    let named = [("sObject type '", "'"), ("on entity '", "'"), ("on sobject of type ", " ")];
    let named = named.iter().find_map(|(before, after)| part(message, before, after));
    Said {
        object: named.or(object).map(str::to_owned),
        field: Some(fields.join(", ")).filter(|field| !field.is_empty()),
        ..Said::new(text("errorCode"), message)
    }
}

/// The limit of a value, as the error states it.
pub(crate) fn limit(said: &Said) -> Option<Value> {
    let most: Option<u32> = part(&said.message, "max length=", ")").and_then(|most| most.parse().ok());
    most.map(|most| json!({ "max_length": most }))
}

fn part<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = text.split_once(before)?.1;
    let found = rest.split_once(after).map_or(rest, |(found, _)| found).trim();
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_kind_and_what_is_unknown_is_the_orgs_own_no() {
        for (status, code, expected) in [
            (400, "STRING_TOO_LONG", Kind::Argument),
            (400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", Kind::SystemRefuses),
            (400, "ENTITY_IS_LOCKED", Kind::SystemRefuses),
            (403, "INSUFFICIENT_ACCESS_OR_READONLY", Kind::SystemRefuses),
            (400, "SOMETHING_NEW", Kind::SystemRefuses),
            (400, "INVALID_FIELD", Kind::SetUp),
            (400, "INVALID_CROSS_REFERENCE_KEY", Kind::State),
            (400, "UNABLE_TO_LOCK_ROW", Kind::Outage),
            (403, "REQUEST_LIMIT_EXCEEDED", Kind::Outage),
            (503, "FIELD_CUSTOM_VALIDATION_EXCEPTION", Kind::Outage),
            (429, "ENTITY_IS_LOCKED", Kind::Outage),
            (408, "INVALID_FIELD", Kind::Outage),
            (403, "", Kind::Outage),
            (302, "", Kind::Outage),
        ] {
            assert_eq!(kind(status, code), expected, "{status} {code}");
        }
    }

    #[test]
    fn what_an_error_is_about_is_read_from_its_list_or_its_sentence() {
        let about = |error: Value| {
            let said = said(&error, Some("Booking__c"));
            (said.object.unwrap_or_default(), said.field.unwrap_or_default())
        };
        let of = |object: &str, field: &str| (object.to_owned(), field.to_owned());
        let error = json!({"errorCode": "X", "message": "no", "fields": ["A__c", "B__c"]});
        assert_eq!(about(error), of("Booking__c", "A__c, B__c"));
        for (message, expected) in [
            ("No such column 'Status__c' on entity 'Hotel_Room__c'. If", of("Hotel_Room__c", "Status__c")),
            ("No such column 'X__c' on sobject of type Case", of("Case", "X__c")),
            ("sObject type 'Gone__c' is not supported.", of("Gone__c", "")),
            ("Required fields are missing: [Source__c]", of("Booking__c", "Source__c")),
            ("Unable to create/update fields: Amount. Please check", of("Booking__c", "Amount")),
        ] {
            assert_eq!(about(json!({"errorCode": "X", "message": message})), expected);
        }
    }

    #[test]
    fn a_limit_is_the_orgs() {
        let long = Said::new("STRING_TOO_LONG", "First Name: data value too large: x (max length=40)");
        assert_eq!(limit(&long), Some(json!({"max_length": 40})));
    }
}
