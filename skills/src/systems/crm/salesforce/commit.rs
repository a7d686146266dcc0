//! Commits changes, all or nothing. A commit is planned on cached rows and sent; rows are read first only if they
//! have changed since, or if an earlier attempt may have taken effect.

use super::Salesforce;
use super::client::{Failed, Sub};
use super::facts::{Facts, Needs};
use super::looks::{booked_by, is_open};
use super::plan::{Plan, plan};
use super::rows::{self, BookingRow};
use super::soql::{Query, all, any, eq};
use super::stays::overlaps;
use super::witness::{contact_made, witnessed};
use crate::error::{Kind, Outage, Refusal, SkillError, System};
use crate::operations::bookings::UpsertBooking;
use crate::refusals;
use crate::systems::crm::{Change, Committed};
use crate::systems::failures::{self, Said, salesforce as codes};
use crate::words::{BookingNumber, BookingStatus, Stage};
use serde_json::json;

/// How often a plan is made again because another process was faster.
const TRIES: u32 = 4;
/// The error code of a duplicate rule that blocks a save.
const LOOKS_LIKE_ANOTHER: &str = "DUPLICATES_DETECTED";
impl Salesforce {
    /// Commits the changes. `again`: an earlier attempt may have taken effect.
    pub(super) async fn apply(&self, changes: &[Change], again: bool) -> Result<Committed, SkillError> {
        let (mut done, facts) = self.plan_and_send(changes, again, false).await?;
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

    /// Plans the changes and sends them so that they are rolled back.
    pub(super) async fn try_out(&self, changes: &[Change]) -> Result<(), SkillError> {
        self.plan_and_send(changes, false, true).await.map(|_| ())
    }

    /// Plans the changes on the rows as they are known and sends them; while other processes change the rows, reads and
    /// plans again. After a commit the cache does not have these rows any more; a `rehearsal` leaves it as it is.
    async fn plan_and_send(
        &self,
        changes: &[Change],
        again: bool,
        rehearsal: bool,
    ) -> Result<(Committed, Facts), SkillError> {
        let needs = Needs::of(changes);
        let outdate = || {
            if !rehearsal {
                self.known().forget(&needs);
            }
        };
        let mut facts = if again { self.read_again(&needs).await? } else { self.known().pick(&needs) };
        let mut no: Option<No> = None;
        for _ in 0..TRIES {
            if again && let Some(answer) = witnessed(changes, &facts) {
                outdate();
                return Ok((answer, facts));
            }
            let mut planned = self.plan(changes, &facts);
            if planned.is_err() && !facts.is_fresh() {
                facts = self.read_facts(&needs).await?;
                planned = self.plan(changes, &facts);
            }
            let plan = planned.inspect_err(|_| outdate()).map_err(SkillError::unmet)?;
            let said = match self.send(plan, changes, rehearsal).await? {
                Sent::Done(committed) => {
                    outdate();
                    return Ok((committed, facts));
                }
                Sent::MovedOn(said) => said,
            };
            let now = if again { self.read_again(&needs).await? } else { self.read_facts(&needs).await? };
            let this = No::after(no, said, now == facts);
            if let Some(refusal) = this.refusal() {
                outdate();
                return Err(refusal.into());
            }
            (facts, no) = (now, Some(this));
        }
        outdate();
        Err(self.client.remote.unreached("too many others change the same rows").into())
    }

    /// The plan, or why these rows do not allow the changes.
    fn plan(&self, changes: &[Change], facts: &Facts) -> Result<Plan, Refusal> {
        plan(changes, facts, self.client.keeps_prices())
    }

    /// Sends a plan. In a `rehearsal` it is rolled back.
    async fn send(&self, plan: Plan, changes: &[Change], rehearsal: bool) -> Result<Sent, SkillError> {
        let Plan { draft, mut done, booking_number, case_number } = plan;
        if draft.is_empty() {
            return Ok(Sent::Done(done));
        }
        let subs =
            draft.subrequests().map(|subs| subs.into_iter().chain(rehearsal.then(Sub::impossible)).collect());
        let Some(subs): Option<Vec<Sub>> = subs else {
            return Err(self.client.remote.unreached("more changes than one Composite takes").into());
        };
        let subs: Vec<Sub> = match &self.guest_account {
            Some(account) => subs.into_iter().map(|sub| sub.belonging_to(account)).collect(),
            None => subs,
        };
        let bodies = match self.client.composite("commit", &subs, true).await? {
            Ok(bodies) => bodies,
            Err(Failed::Unexpected) => return Ok(Sent::MovedOn(None)),
            Err(Failed::Rehearsed) => return Ok(Sent::Done(done)),
            Err(Failed::No { kind: Kind::State, said }) => return Ok(Sent::MovedOn(Some(said))),
            Err(Failed::No { said, .. }) if said.code == LOOKS_LIKE_ANOTHER => {
                let email = named("Contact", "Email", changes).unwrap_or_default();
                let problem =
                    "the hotel's records have this person under another e-mail and take nobody twice";
                let refusal = refusals::invalid_argument(&email, problem, None);
                return Err(refusal
                    .next("Use the e-mail the hotel knows this person by; nothing was done.")
                    .into());
            }
            Err(Failed::No { kind, said }) => return Err(refused(kind, &said, changes).into()),
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
        Ok(Sent::Done(done))
    }

    /// Reads after an attempt that may have taken effect: if the read is refused, that effect may still have happened.
    async fn read_again(&self, needs: &Needs) -> Result<Facts, SkillError> {
        self.read_facts(needs).await.map_err(|error| self.unsettled(error).into())
    }

    /// Turns any error into an outage with an unknown effect.
    fn unsettled(&self, error: SkillError) -> Outage {
        match error {
            SkillError::Outage(outage) => Outage { effect_unknown: true, ..outage },
            SkillError::Refused(no) | SkillError::MovedOn(no) => {
                self.client.remote.unknown(no.in_full()).lasting()
            }
        }
    }

    /// After an insert: checks whether another machine, despite the lock, has booked the same nights of the room, or
    /// other nights for the same guest. The later of two bookings gives way.
    async fn check_alone(&self, new: &UpsertBooking, number: &BookingNumber) -> Result<(), SkillError> {
        // Until this read succeeds, the outcome is unknown.
        let unsettled = |error: SkillError| self.unsettled(error);
        let in_room = all(vec![eq("Room__r.Room_Number__c", new.room.as_str()), is_open()]);
        let of_guest = all(vec![booked_by(&new.guest), is_open()]);
        let query =
            Query::rows(&rows::BOOKING, vec![any(vec![eq("Name", number.as_str()), in_room, of_guest])]);
        let rows: Vec<BookingRow> = rows::read(self.client.query(&query).await.map_err(unsettled)?);
        let (ours, others): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| row.number().as_ref() == Some(number));
        let Some(ours) = ours.first() else { return Ok(()) };
        let earlier = others.iter().find(|row| {
            let known = row.number().is_some_and(|number| new.additional_to.contains(&number));
            let in_room = row.room_id() == ours.room_id();
            (in_room || (row.is_of(&new.guest) && !known))
                && overlaps(row, new.nights, new.today)
                && ours.is_later_than(row)
        });
        let Some(earlier) = earlier.filter(|_| !ours.is(BookingStatus::CheckedIn)) else { return Ok(()) };
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
            given.map_err(|failed| unsettled(self.client.refused(&failed)))?;
        }
        let refusal = match earlier.number() {
            Some(number) if earlier.room_id() != ours.room_id() => {
                refusals::already_booked_meanwhile(&number)
            }
            _ => refusals::room_already_booked(&new.room),
        };
        Err(SkillError::unmet(refusal))
    }
}

/// The result of sending a plan.
enum Sent {
    Done(Committed),
    /// A precondition failed; with the org's message, if it gave one.
    MovedOn(Option<Said>),
}

/// The failure of a plan, perhaps because the records have changed. If they have not, it becomes a refusal by the org.
struct No {
    /// The org's message; none if a row did not match its precondition.
    said: Option<Said>,
    /// How many times in a row the failure was the same while the records stayed the same.
    unmoved: u32,
    /// Whether the previous failure was the same.
    repeated: bool,
}

/// How many times a row must fail its precondition, though it reads the same before and after, until that becomes a
/// refusal: one time, another process may have changed it and changed it back.
const NEVER_FOUND: u32 = 2;

impl No {
    fn after(before: Option<Self>, said: Option<Said>, same: bool) -> Self {
        let code = |said: &Option<Said>| said.as_ref().map(|said| said.code.clone());
        let alike = before.filter(|before| code(&before.said) == code(&said));
        let unmoved = if same { alike.as_ref().map_or(0, |before| before.unmoved) + 1 } else { 0 };
        Self { repeated: alike.is_some(), said, unmoved }
    }

    fn refusal(&self) -> Option<Refusal> {
        let refused = |said: &Said| failures::refusal(System::Crm, Kind::SystemRefuses, said);
        match &self.said {
            Some(said) if self.repeated && self.unmoved > 0 => Some(refused(said)),
            None if self.unmoved >= NEVER_FOUND => {
                Some(refused(&Said::new("", "the records do not find these rows as they say they are")))
            }
            _ => None,
        }
    }
}

/// A value that was refused, or missing, is reported as the argument that fills the field; without such an argument,
/// as a set-up error.
fn refused(kind: Kind, said: &Said, changes: &[Change]) -> Refusal {
    let object = said.object.as_deref().unwrap_or_default();
    let argument = said.field.as_deref().and_then(|field| named(object, field, changes));
    let problem = match kind {
        Kind::Argument => "the hotel's records do not take this value",
        _ if codes::is_missing(&said.code) => "the hotel's records need a value here",
        _ => return failures::refusal(System::Crm, kind, said),
    };
    match argument {
        Some(argument) => {
            let problem = format!("{problem} ({})", said.code);
            refusals::invalid_argument(&argument, &problem, codes::limit(said))
        }
        None => failures::refusal(System::Crm, Kind::SetUp, said),
    }
}

/// The field's name in the tools' arguments. In a commit with other changes, a person is the guest.
fn named(object: &str, field: &str, changes: &[Change]) -> Option<String> {
    let name = super::fields::argument(object, field)?;
    let alone = matches!(changes, [Change::CreateContact(_) | Change::UpsertContact(_)]);
    Some(if object == "Contact" && !alone { format!("guest_{name}") } else { name.to_owned() })
}
