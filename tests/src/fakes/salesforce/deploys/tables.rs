//! Objects that tell of the org's own setup: by the Tooling API, and some by ordinary queries.

use super::effects::SETS;
use super::{Metadata, is_there, rights};
use crate::fakes::salesforce::call::Answer;
use crate::fakes::salesforce::describe;
use crate::fakes::salesforce::org::Org;
use crate::fakes::salesforce::query::unknown_type;
use crate::fakes::salesforce::refusal::{Refusal, Result};
use crate::fakes::salesforce::schema;
use crate::fakes::salesforce::soql::{Expr, Literal, Op, Path, Query, Selected, parse};
use serde_json::{Value, json};

/// Answers a query by the Tooling API.
pub(in super::super) fn by_tooling(org: &Org, soql: &str) -> Result<Answer> {
    let query = parse(soql)?;
    let rows = match query.from.as_str() {
        "DeployRequest" if !org.metadata().forbidden => deploys(org),
        "CustomField" => fields(&org.metadata()),
        "StandardValueSet" => sets(org),
        "Layout" => layouts(&org.metadata()),
        "TabDefinition" => tabs(&org.metadata()),
        "CustomApplication" => named(&org.metadata(), "CustomApplication"),
        "PermissionSetTabSetting" => {
            rights::rows(&org.metadata(), &query.from).ok_or_else(|| unknown_type(&query.from))?
        }
        other => return Err(unknown_type(other)),
    };
    answer(&query, rows)
}

/// Answers a query about an object of the setup; none if it is about records.
pub(in super::super) fn of_setup(org: &Org, soql: &str) -> Option<Result<Answer>> {
    let query = parse(soql).ok()?;
    if org.is_hidden(&query.from) {
        return None;
    }
    let rows = match query.from.as_str() {
        "OpportunityStage" => stages(org),
        "CaseStatus" => statuses(org),
        "ListView" => views(&org.metadata()),
        other => rights::rows(&org.metadata(), other)?,
    };
    Some(answer(&query, rows))
}

fn deploys(org: &Org) -> Vec<Value> {
    let metadata = org.metadata();
    let row = |deploy: &super::Deploy| {
        json!({"Id": deploy.id, "Status": deploy.status(), "CheckOnly": deploy.check_only, "CreatedById": org.user(),
            "CreatedDate": format!("{} {}", deploy.created, deploy.id)})
    };
    metadata.deploys.iter().map(row).collect()
}

fn fields(metadata: &Metadata) -> Vec<Value> {
    let mut rows = vec![];
    for object in schema::objects() {
        for field in object.fields.iter().filter(|field| field.name.ends_with("__c")) {
            if is_there(metadata, "CustomField", &format!("{}.{}", object.name, field.name)) {
                let name = format!("{}.{}", object.name, field.name);
                let list = json!({"sorted": said(metadata, &name, "sorted") == true});
                rows.push(
                    json!({"DeveloperName": field.name.trim_end_matches("__c"), "NamespacePrefix": null,
                    "EntityDefinition": {"QualifiedApiName": object.name}, "Metadata": {"valueSet": {
                        "valueSetDefinition": list, "valueSetName": said(metadata, &name, "valueSetName")}}}),
                );
            }
        }
    }
    rows
}

/// What a test or a deployment has said of a field.
fn said(metadata: &Metadata, field: &str, property: &str) -> Value {
    metadata.described.get(field).and_then(|says| says.get(property)).cloned().unwrap_or_default()
}

fn views(metadata: &Metadata) -> Vec<Value> {
    let names = metadata.components.keys().filter(|(kind, _)| kind == "ListView");
    let row = |name: &String| {
        let (object, view) = name.split_once('.')?;
        Some(json!({"SobjectType": object, "DeveloperName": view}))
    };
    names.filter_map(|(_, name)| row(name)).collect()
}

/// The platform makes a layout with each custom object.
fn layouts(metadata: &Metadata) -> Vec<Value> {
    let row =
        |object: &str, name: &str| json!({"Name": name, "EntityDefinition": {"QualifiedApiName": object}});
    let deployed = metadata.components.keys().filter(|(kind, _)| kind == "Layout");
    let deployed = deployed.filter_map(|(_, name)| name.split_once('-'));
    let custom = schema::objects().filter(|object| object.name.ends_with("__c"));
    let custom = custom.filter(|object| is_there(metadata, "CustomObject", &object.name));
    let made: Vec<_> = custom.map(|it| (it.name.as_str(), format!("{} Layout", it.label))).collect();
    let mut rows: Vec<_> = deployed.map(|(object, name)| row(object, name)).collect();
    for (object, name) in made {
        let row = row(object, &name);
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows
}

fn tabs(metadata: &Metadata) -> Vec<Value> {
    let custom = metadata.components.keys().filter(|(kind, _)| kind == "CustomTab");
    let custom = custom.map(|(_, name)| json!({"SobjectName": name, "IsCustom": true}));
    custom.chain([json!({"SobjectName": "Case", "IsCustom": false})]).collect()
}

fn named(metadata: &Metadata, kind: &str) -> Vec<Value> {
    let names = metadata.components.keys().filter(|(of, _)| of == kind);
    names.map(|(_, name)| json!({"DeveloperName": name})).collect()
}

/// The values of a field, as describe has them.
fn values(org: &Org, field: &str) -> Vec<Value> {
    let (object, name) = field.split_once('.').unwrap_or((field, ""));
    let known = schema::object(object).and_then(|object| Some((object, object.field(name)?)));
    let described = known.map(|(object, field)| describe::field(org, object, field));
    described.and_then(|it| it["picklistValues"].as_array().cloned()).unwrap_or_default()
}

/// What the platform's own stages mean; those that a test or a deployment brought say it themselves.
fn stages(org: &Org) -> Vec<Value> {
    let row = |(at, value): (usize, &Value)| {
        let name = value["value"].as_str().unwrap_or_default();
        let is_closed = value["closed"].as_bool().unwrap_or_else(|| name.starts_with("Closed"));
        let category = value["forecastCategory"].as_str().unwrap_or("Pipeline");
        json!({"ApiName": name, "MasterLabel": value["label"], "Description": value["description"], "IsActive": true,
            "IsClosed": is_closed, "IsWon": value["won"].as_bool().unwrap_or(name == "Closed Won"),
            "DefaultProbability": value["probability"].as_f64().unwrap_or(10.0), "ForecastCategory": category,
            "SortOrder": at})
    };
    values(org, "Opportunity.StageName").iter().enumerate().map(row).collect()
}

fn statuses(org: &Org) -> Vec<Value> {
    let row = |(at, value): (usize, &Value)| {
        let is_closed = value["closed"].as_bool().unwrap_or(value["value"] == "Closed");
        json!({"ApiName": value["value"], "MasterLabel": value["label"], "IsClosed": is_closed,
            "IsDefault": value["defaultValue"], "SortOrder": at})
    };
    values(org, "Case.Status").iter().enumerate().map(row).collect()
}

fn sets(org: &Org) -> Vec<Value> {
    let set = |(name, field): &(&str, &str)| {
        let values: Vec<Value> = values(org, field)
            .iter()
            .map(|value| json!({"valueName": value["value"], "highPriority": value["highPriority"] == true || value["value"] == "High"}))
            .collect();
        let sorted = said(&org.metadata(), field, "sorted") == true;
        json!({"MasterLabel": name, "Metadata": {"standardValue": values, "sorted": sorted}})
    };
    SETS.iter().map(set).collect()
}

fn at<'a>(row: &'a Value, path: &Path) -> Result<&'a Value> {
    let mut value = row;
    for name in path {
        let unknown =
            || Refusal::bad("INVALID_FIELD", format!("No such column '{}' on entity", path.join(".")));
        value = value.get(name).ok_or_else(unknown)?;
    }
    Ok(value)
}

fn fits(row: &Value, filter: &Expr) -> Result<bool> {
    let is = |value: &Value, wanted: &Literal| match wanted {
        Literal::Text(text) => value == text.as_str(),
        Literal::Null => value.is_null(),
        _ => false,
    };
    match filter {
        Expr::And(all) => {
            all.iter().map(|one| fits(row, one)).try_fold(true, |so_far, one| Ok(so_far && one?))
        }
        Expr::Compare { path, op: Op::Equal, value } => Ok(is(at(row, path)?, value)),
        Expr::In { path, negated: false, values } => {
            let value = at(row, path)?;
            Ok(values.iter().any(|wanted| is(value, wanted)))
        }
        _ => Err(Refusal::malformed("a filter that this fake does not know of setup objects")),
    }
}

fn answer(query: &Query, rows: Vec<Value>) -> Result<Answer> {
    let mut found = vec![];
    for row in rows {
        if query.filter.as_ref().map_or(Ok(true), |filter| fits(&row, filter))? {
            found.push(row);
        }
    }
    if let Some(order) = query.order.first() {
        let by = |row: &Value| at(row, &order.path).map(Value::to_string);
        let mut keyed = found.into_iter().map(|row| Ok((by(&row)?, row))).collect::<Result<Vec<_>>>()?;
        if order.path != ["SortOrder"] {
            keyed.sort_by(|one, other| one.0.cmp(&other.0));
        }
        if order.descending {
            keyed.reverse();
        }
        found = keyed.into_iter().map(|(_, row)| row).collect();
    }
    found.truncate(query.limit.unwrap_or(usize::MAX));
    let names = query.fields.iter().filter_map(|selected| match selected {
        Selected::Field(path) => Some(path),
        Selected::Children(_) => None,
    });
    for path in names {
        if path == &["Metadata"] && found.len() > 1 {
            let message = "When retrieving results with Metadata or FullName fields, the query qualifications must specify no \
                           more than one row for retrieval";
            return Err(Refusal::malformed(message));
        }
        found.iter().try_for_each(|row| at(row, path).map(|_| ()))?;
    }
    Ok(Answer::ok(json!({"size": found.len(), "totalSize": found.len(), "done": true, "records": found})))
}
