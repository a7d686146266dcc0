//! Whether an org is as the adapter uses it. What is looked at is what is asked for elsewhere in this folder; what the
//! adapter does not use need not be there.

mod guests;
mod needs;
mod persons;
mod untidy;

use super::Salesforce;
use super::client::code_of;
use super::fields::{OBJECTS, Object};
use super::metadata::{has_person_accounts, missing_object, unused_currency, without_api};
use super::rows;
use super::soql::Query;
use crate::error::{Outage, SkillError};
use crate::systems::check::{Check, Examination};
use crate::systems::remote::Reply;
use serde_json::Value;

/// The first version that promises the order of a Composite's subrequests (`collateSubrequests`).
const OLDEST: f64 = 49.0;
/// Fewer calls than this may not last for an hour.
const FEW: u64 = 100;
const PERMISSIONS: &str = "in Setup > Permission Sets, open the integration user's set";

impl Salesforce {
    pub(super) async fn examined(&self, currency: &str) -> Vec<Check> {
        let mut found = Examination::of("Salesforce");
        if let Err(outage) = self.look_around(&mut found, currency).await {
            found.unreached("connection", &outage, "SALESFORCE_LOGIN_URL (or SALESFORCE_INSTANCE_URL)");
        }
        found.checks()
    }

    /// Looks until there is no use in looking further.
    async fn look_around(&self, found: &mut Examination, currency: &str) -> Result<(), Outage> {
        if let Err(outage) = self.client.log_in().await {
            if !outage.reason.starts_with("logging in failed") {
                return Err(outage);
            }
            let mend = "give consumer key and secret of the app as SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET, and its \
                        org's My Domain as SALESFORCE_LOGIN_URL; enable the client-credentials flow of the app and choose the \
                        user it runs as";
            found.wrong("credentials", outage.reason, mend);
            return Ok(());
        }
        let versions = self.client.ask("versions", "").await?;
        found.clock(&versions);
        if !self.version_is_offered(found, &versions.body) {
            return Ok(());
        }
        let Some(objects) = self.objects(found, currency).await? else { return Ok(()) };
        calls_left(found, &objects.last);
        if found.wrongs() == 0 {
            self.queries(found).await?;
            self.rooms_are_there(found).await?;
            self.rows_make_sense(found, currency).await?;
            self.guests_belong(found, objects.accounts).await?;
            if objects.persons {
                self.persons(found).await?;
            }
        }
        Ok(())
    }

    fn version_is_offered(&self, found: &mut Examination, versions: &Value) -> bool {
        let ours = self.client.version();
        let offered: Vec<&str> =
            versions.as_array().into_iter().flatten().filter_map(|it| it["version"].as_str()).collect();
        let number = ours.trim_start_matches('v');
        let (Some(first), Some(last)) = (offered.first(), offered.last()) else {
            let mend = "give the org's My Domain (https://….my.salesforce.com) as SALESFORCE_LOGIN_URL";
            found.wrong("API version", "what answers is not a Salesforce org: it lists no versions", mend);
            return false;
        };
        let mend = format!("set SALESFORCE_API_VERSION=v{last}");
        if !ours.starts_with('v') || !offered.contains(&number) {
            let says = format!("the org does not offer {ours}, but v{first} to v{last}");
            found.wrong("API version", says, mend);
            return false;
        }
        if number.parse().is_ok_and(|number: f64| number < OLDEST) {
            let says = format!(
                "{ours} does not promise the order of the parts of a commit; v{OLDEST} was the first to"
            );
            found.wrong("API version", says, mend);
            return false;
        }
        found.ok("API version", format!("{ours}; the org offers up to v{last}"));
        true
    }

    /// Looks at each object; answers none if there is no use in looking further.
    async fn objects(&self, found: &mut Examination, currency: &str) -> Result<Option<Objects>, Outage> {
        let (mut last, mut accounts, mut persons) = (None, true, false);
        for needed in OBJECTS.into_iter().filter(|object| object.name != rows::TEXT.name) {
            let reply = self.describe(needed.name).await?;
            if last.is_none() && !comes_in(found, &reply) {
                return Ok(None);
            }
            object(found, needed, &reply);
            if matches!(needed.name, "Contact" | "Opportunity") {
                accounts &= may_fill_in(&reply, "AccountId");
            }
            let named = || fields(&reply).iter().filter_map(|field| field["name"].as_str());
            persons |= needed.name == "Contact" && has_person_accounts(named());
            if needed.name == "Opportunity" {
                let field = fields(&reply).iter().find(|field| field["name"] == "CurrencyIsoCode");
                if let Some((says, mend)) = unused_currency(field, currency) {
                    found.wrong("currency", says, mend);
                }
            }
            last = Some(reply);
        }
        let reply = self.describe(rows::TEXT.name).await?;
        let mut beside = Examination::of("Salesforce");
        object(&mut beside, &rows::TEXT, &reply);
        found.beside(beside);
        Ok(last.map(|last| Objects { last, accounts, persons }))
    }

    async fn describe(&self, object: &str) -> Result<Reply, Outage> {
        let path = format!("/{}/sobjects/{object}/describe", self.client.version());
        self.client.ask("describe", &path).await
    }

    /// Whether what every look asks for is answered: describe says what is there, this what may be read together.
    async fn queries(&self, found: &mut Examination) -> Result<(), Outage> {
        let all = [&rows::CONTACT, &rows::ROOM, &rows::BOOKING, &rows::SALE, &rows::CASE];
        let queries = all.map(|rows| Query::rows(rows, vec![]).limit(1));
        match self.client.bodies(&queries).await {
            Ok(_) => found.ok("queries", "whole stays are read in one query"),
            Err(SkillError::Outage(outage)) => return Err(outage),
            Err(SkillError::Refused(refusal) | SkillError::MovedOn(refusal)) => {
                let mend = format!("{PERMISSIONS} and let it read every field the message names");
                found.wrong("queries", refusal.in_full(), mend);
            }
        }
        Ok(())
    }

    async fn rooms_are_there(&self, found: &mut Examination) -> Result<(), Outage> {
        let body = self.client.bodies(&[Query::new("COUNT()", "Hotel_Room__c", vec![])]).await;
        let body = body.or_else(|error| match error {
            SkillError::Outage(outage) => Err(outage),
            _ => Ok(vec![]),
        })?;
        match body.first().and_then(|body| body["totalSize"].as_u64()) {
            Some(rooms @ 1..) => found.ok("rooms", format!("{rooms} rooms")),
            _ => found.wrong(
                "rooms",
                "the org has no rooms, or the integration user sees none",
                "make Hotel_Room__c records, or load the sample hotel: staff-server setup --seed; if there are some, give \
                 the permission View All on Hotel_Room__c",
            ),
        }
        Ok(())
    }
}

/// What the objects say beside what is wrong with them.
struct Objects {
    /// The last answer: it says how many calls are left.
    last: Reply,
    /// Whether people and sales may be given an Account.
    accounts: bool,
    /// Whether the org has person accounts.
    persons: bool,
}

fn fields(reply: &Reply) -> &[Value] {
    reply.body["fields"].as_array().map_or(&[][..], Vec::as_slice)
}

fn may_fill_in(reply: &Reply, name: &str) -> bool {
    fields(reply).iter().any(|field| field["name"] == name && field["createable"] == true)
}

/// Whether the org takes us for somebody at all.
fn comes_in(found: &mut Examination, reply: &Reply) -> bool {
    let (status, code) = (reply.status.as_u16(), code_of(&reply.body));
    if matches!(status, 200 | 404) {
        found.ok("credentials", "accepted");
        return true;
    }
    let mend = without_api(code).unwrap_or(match (status, code) {
        (_, "REQUEST_LIMIT_EXCEEDED") => {
            "wait: calls come back bit by bit over 24 hours; Setup > Company Information shows them"
        }
        (401, _) => {
            "the session has ended: get a new SALESFORCE_ACCESS_TOKEN (sf org display), or use the client-credentials flow"
        }
        (500.., _) => "see https://status.salesforce.com and run doctor again",
        _ => "give the integration user the permission API Enabled",
    });
    found.wrong("credentials", format!("not accepted: status {status} {code}"), mend);
    false
}

fn object(found: &mut Examination, needed: &Object, reply: &Reply) {
    let name = needed.name;
    if let (404, Some((says, mend))) = (reply.status.as_u16(), missing_object(name)) {
        found.wrong(name, says, mend);
        return;
    }
    if !reply.is_success() {
        let says =
            format!("not there, or hidden from the integration user (status {})", reply.status.as_u16());
        found.wrong(
            name,
            says,
            format!("deploy the hotel's objects to the org (staff-server setup --metadata); then {PERMISSIONS} and allow Read on {name}"),
        );
        return;
    }
    let before = found.wrongs();
    for (right, is_needed) in
        [("queryable", true), ("createable", needed.is_made()), ("updateable", needed.is_changed())]
    {
        if is_needed && reply.body[right] != true {
            let access = match right {
                "queryable" => "Read",
                "createable" => "Create",
                _ => "Edit",
            };
            found.wrong(name, format!("not {right}"), format!("{PERMISSIONS} and allow {access} on {name}"));
        }
    }
    for field in needed.needed() {
        let there = fields(reply).iter().find(|there| there["name"] == field.name);
        needs::hold(field, found, name, there);
    }
    if needed.is_made() {
        must_be_filled_in(found, needed, fields(reply));
    }
    if found.wrongs() == before {
        found.ok(name, format!("{} fields looked at", needed.needed().count()));
    }
}

/// Fields that the org wants filled in and that we know nothing of: nothing could be made.
fn must_be_filled_in(found: &mut Examination, needed: &Object, fields: &[Value]) {
    let wanted = |field: &&Value| {
        field["createable"] == true && field["nillable"] == false && field["defaultedOnCreate"] != true
    };
    for field in fields.iter().filter(wanted) {
        let name = field["name"].as_str().unwrap_or_default();
        if !needed.needed().any(|ours| ours.made && ours.name == name) {
            let mend = "give the field a default value, or make it not required";
            found.wrong(
                format!("{}.{name}", needed.name),
                "is required, and the hotel does not fill it in",
                mend,
            );
        }
    }
}

/// How many calls the day has left, as every answer says.
fn calls_left(found: &mut Examination, reply: &Reply) {
    let usage = reply.header("sforce-limit-info").and_then(|text| {
        let (used, limit) = text.split_once("api-usage=")?.1.split(';').next()?.split_once('/')?;
        Some((used.trim().parse::<u64>().ok()?, limit.trim().parse::<u64>().ok()?))
    });
    let Some((used, limit)) = usage else {
        found.ok("daily limit", "the org does not say how many calls are left");
        return;
    };
    let left = limit.saturating_sub(used);
    let says = format!("{left} of {limit} calls left for the next 24 hours; a check-in takes 2");
    let mend = "see in Setup > Company Information who uses them; more come with licences";
    match left {
        0 => found.wrong("daily limit", says, mend),
        _ if left < FEW.max(limit / 10) => found.warning("daily limit", says, mend),
        _ => found.ok("daily limit", says),
    }
}
