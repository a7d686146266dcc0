//! Changes, all or nothing. They are planned on what was last seen and sent; only if the org has moved on since, or an
//! earlier attempt may have taken effect, it is read first.

use super::Salesforce;
use super::client::{Failed, Sub};
use super::facts::Needs;
use super::looks::is_open;
use super::plan::{Plan, plan};
use super::records::{self, BookingRow};
use super::soql::{Query, all, any, eq};
use super::stays::overlaps;
use super::witness::{contact_made, witnessed};
use crate::bookings::UpsertBooking;
use crate::error::{Outage, SkillError};
use crate::refusals;
use crate::systems::crm::{Change, Committed};
use crate::words::{BookingNumber, BookingStatus, Stage};
use serde_json::json;

/// How often a plan is made anew because somebody else was quicker.
const TRIES: u32 = 4;
/// How a subrequest fails whose row somebody else has made, changed or removed since it was seen. Which code a reference
/// that leads nowhere gets is not documented: PROCESSING_HALTED is expected; the last two are what else it may be.
const MOVED_ON: [&str; 6] = [
    "DUPLICATE_VALUE",
    "ENTITY_IS_DELETED",
    "NOT_FOUND",
    "INVALID_CROSS_REFERENCE_KEY",
    "INVALID_INPUT",
    "MALFORMED_ID",
];
/// A duplicate rule that blocks.
const LOOKS_LIKE_ANOTHER: &str = "DUPLICATES_DETECTED";
/// How a value is refused.
const NOT_TAKEN: [&str; 6] = [
    "STRING_TOO_LONG",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "REQUIRED_FIELD_MISSING",
    "INVALID_EMAIL_ADDRESS",
    "NUMBER_OUTSIDE_VALID_RANGE",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
];

impl Salesforce {
    /// `again`: an earlier attempt may have taken effect.
    pub(super) async fn apply(&self, changes: &[Change], again: bool) -> Result<Committed, SkillError> {
        let needs = Needs::of(changes);
        let mut facts = if again { self.read_facts(&needs).await? } else { self.known().pick(&needs) };
        let mut done = None;
        for _ in 0..TRIES {
            if again && let Some(answer) = witnessed(changes, &facts) {
                done = Some(answer);
                break;
            }
            if let Err(refusal) = plan(changes, &facts) {
                if facts.is_fresh() {
                    self.known().forget(&needs);
                    return Err(SkillError::unmet(refusal));
                }
                facts = self.read_facts(&needs).await?;
            }
            let plan = match plan(changes, &facts) {
                Ok(plan) => plan,
                Err(refusal) => {
                    self.known().forget(&needs);
                    return Err(SkillError::unmet(refusal));
                }
            };
            done = self.send(plan, changes, false).await?;
            if done.is_some() {
                break;
            }
            facts = self.read_facts(&needs).await?;
        }
        self.known().forget(&needs);
        let Some(mut done) = done else {
            return Err(self.client.remote.unreached("too many others change the same rows").into());
        };
        done.created |= again && contact_made(changes, &facts);
        if let Some(number) = &done.booking_number {
            for change in changes {
                if let Change::UpsertBooking(new) = change {
                    self.check_alone(new, number).await?;
                }
            }
        }
        Ok(done)
    }

    /// Plans and sends the changes so that they are rolled back.
    pub(super) async fn try_out(&self, changes: &[Change]) -> Result<(), SkillError> {
        let needs = Needs::of(changes);
        let mut facts = self.known().pick(&needs);
        for _ in 0..TRIES {
            if !facts.is_fresh() && plan(changes, &facts).is_err() {
                facts = self.read_facts(&needs).await?;
            }
            if self.send(plan(changes, &facts)?, changes, true).await?.is_some() {
                return Ok(());
            }
            facts = self.read_facts(&needs).await?;
        }
        Err(self.client.remote.unreached("too many others change the same rows").into())
    }

    /// Sends a plan; none if it did not find what it expects. In a `rehearsal` nothing of it stands.
    async fn send(
        &self,
        plan: Plan,
        changes: &[Change],
        rehearsal: bool,
    ) -> Result<Option<Committed>, SkillError> {
        let Plan { draft, mut done, booking_number, case_number } = plan;
        if draft.is_empty() {
            return Ok(Some(done));
        }
        let subs =
            draft.subrequests().map(|subs| subs.into_iter().chain(rehearsal.then(Sub::impossible)).collect());
        let Some(subs): Option<Vec<Sub>> = subs else {
            return Err(self.client.remote.unreached("more changes than one Composite takes").into());
        };
        let bodies = match self.client.composite("commit", &subs, true).await? {
            Ok(bodies) => bodies,
            Err(Failed::Unexpected) => return Ok(None),
            // Everything before it would have been done.
            Err(Failed::Code { name, .. }) if rehearsal && name == Sub::IMPOSSIBLE => return Ok(Some(done)),
            Err(Failed::Code { code, .. }) if MOVED_ON.contains(&code.as_str()) => return Ok(None),
            Err(Failed::Code { code, fields, .. }) if NOT_TAKEN.contains(&code.as_str()) => {
                let field = fields.first().map_or("arguments", |field| named(field));
                let problem = format!("the hotel's records do not take this value ({code})");
                return Err(refusals::invalid_argument(field, &problem, None).into());
            }
            Err(Failed::Code { code, .. }) if code == LOOKS_LIKE_ANOTHER => {
                let problem =
                    "the hotel's records have this person under another e-mail and take nobody twice";
                let refusal = refusals::invalid_argument(email_field(changes), problem, None);
                return Err(refusal
                    .next("Use the e-mail the hotel knows this person by; nothing was done.")
                    .into());
            }
            Err(failed) => return Err(self.client.not_set_up(&failed).into()),
        };
        let number = |asked: &Option<String>, field: &str| {
            let at = subs.iter().position(|sub| Some(&sub.name) == asked.as_ref())?;
            bodies[at]["records"][0][field].as_str().map(str::to_owned)
        };
        if booking_number.is_some() {
            done.booking_number =
                number(&booking_number, "Name").and_then(|name| BookingNumber::new(name).ok());
        }
        if case_number.is_some() {
            done.case_number = number(&case_number, "CaseNumber").and_then(|name| name.try_into().ok());
        }
        let lacks = (booking_number.is_some() && done.booking_number.is_none())
            || (case_number.is_some() && done.case_number.is_none());
        if lacks {
            return Err(self.client.remote.unknown("what was made has no number").into());
        }
        Ok(Some(done))
    }

    /// After an insert: whether another machine, whose lock did not hold, has booked the same nights. Of two the later one
    /// gives way.
    async fn check_alone(&self, new: &UpsertBooking, number: &BookingNumber) -> Result<(), SkillError> {
        let taken = || SkillError::unmet(refusals::room_already_booked(&new.room));
        // Whether it is done is not known before this is.
        let unsettled = |outage: Outage| Outage { effect_unknown: true, ..outage };
        let in_room = all(vec![eq("Room__r.Room_Number__c", new.room.as_str()), is_open()]);
        let query =
            Query::new(records::BOOKING, "Booking__c", vec![any(vec![eq("Name", number.as_str()), in_room])]);
        let rows: Vec<BookingRow> = records::read(self.client.query(&query).await.map_err(unsettled)?);
        let (ours, others): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| row.number().as_ref() == Some(number));
        let Some(ours) = ours.first() else { return Ok(()) };
        let earlier =
            others.iter().any(|row| overlaps(row, new.nights, new.today) && ours.is_later_than(row));
        if !earlier || ours.is(BookingStatus::CheckedIn) {
            return Ok(());
        }
        if ours.is_open() {
            tracing::warn!(booking = %number, "booked twice by two machines; the later booking gives way");
            let subs = [
                Sub::update(
                    "give_way",
                    "Booking__c",
                    &ours.id,
                    json!({"Status__c": BookingStatus::Cancelled}),
                ),
                Sub::update("lose_sale", "Opportunity", &ours.sale, json!({"StageName": Stage::ClosedLost})),
            ];
            let given = self.client.composite("give way", &subs, true).await.map_err(unsettled)?;
            given.map_err(|failed| unsettled(self.client.not_set_up(&failed)))?;
        }
        Err(taken())
    }
}

/// What the tools call a new person's e-mail: beside anything else it is the guest's.
const fn email_field(changes: &[Change]) -> &'static str {
    if matches!(changes, [Change::CreateContact(_) | Change::UpsertContact(_)]) {
        "email"
    } else {
        "guest_email"
    }
}

/// The field as the tools call it.
fn named(field: &str) -> &'static str {
    match field {
        "FirstName" => "first_name",
        "LastName" => "last_name",
        "Phone" => "phone",
        "Email" | "Unique_Email__c" => "guest_email",
        "Special_Requests__c" => "special_requests",
        "Description" | "Subject" => "description",
        "Number_of_Guests__c" => "number_of_guests",
        _ => "arguments",
    }
}
