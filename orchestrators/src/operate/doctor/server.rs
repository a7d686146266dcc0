//! What this server is: its hotel, its settings, its role, and the person it acts for.

use crate::tool::Toolset;
use skills::operations::contacts::FindContact;
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::systems::check::{Check, Examination};
use skills::words::{ContactType, Email, Key};
use skills::{Call, Skill, SkillError};

/// The hotel and the source of its settings, for a user who expected another one.
pub(super) fn settings(settings: &Settings) -> Vec<Check> {
    let mut found = Examination::of("settings");
    found.ok("hotel", format!("this is {}", settings.hotel()));
    found.ok("file", format!("read from {}", settings.read_from()));
    let calendar = &settings.calendar;
    let zone = calendar.timezone.iana_name().unwrap_or("UTC");
    found.ok(
        "zone",
        format!(
            "{zone}; today is {}; the day begins at {}, guests leave until {}",
            calendar.day_of(skills::clock::now()),
            calendar.day_starts_at.strftime("%H:%M"),
            calendar.checkout_time.strftime("%H:%M")
        ),
    );
    let assumed = if settings.currency_is_given { "" } else { ", as HOTEL_CURRENCY is not set" };
    found.ok("currency", format!("{}{assumed}", settings.currency));
    found.checks()
}

/// The role, and what it may do.
pub(super) fn role(toolset: &Toolset) -> Vec<Check> {
    let mut found = Examination::of("server");
    let persona = toolset.persona().name;
    let writing = toolset.tools().iter().filter(|tool| tool.effect.writes()).count();
    found.ok("role", format!("{persona}, with {} tools, of which {writing} write", toolset.tools().len()));
    found.checks()
}

/// Whom the server acts for, and whether the records know that person as a Manager: only a Manager reports repairs.
pub(super) async fn person(hotel: &Hotel, toolset: &Toolset, me: Option<Email>) -> Vec<Check> {
    let acts_for = toolset.persona().acts_for;
    let mut found = Examination::of("server");
    let Some(me) = me else {
        let says = format!("not set; a call that needs the person must name one ({})", acts_for.argument);
        found.ok(acts_for.setting, says);
        return found.checks();
    };
    let call = Call::new(hotel, Key::derived(&["read"]), hotel.today());
    let mend = format!("give the e-mail of a Manager as {}, or make this contact one", acts_for.setting);
    match (FindContact { email: me.clone() }).run(&call).await {
        Ok(Some(contact)) if contact.contact_type == ContactType::Manager => {
            found.ok(acts_for.setting, format!("{me} is a Manager"));
        }
        Ok(Some(contact)) => {
            let says =
                format!("{me} is a {}, not a Manager: reports of repairs are refused", contact.contact_type);
            found.warning(acts_for.setting, says, mend);
        }
        Ok(None) => {
            let says = format!("the records know nobody called {me}: reports of repairs are refused");
            found.warning(acts_for.setting, says, mend);
        }
        Err(error) => {
            let why = match error {
                SkillError::Refused(refusal) | SkillError::MovedOn(refusal) => refusal.error_message,
                SkillError::Outage(outage) => outage.reason,
            };
            let says = format!("{me} could not be looked up: {why}");
            found.warning(acts_for.setting, says, "mend what is wrong with the records, then look again");
        }
    }
    found.checks()
}
