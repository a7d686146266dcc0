//! Atomic operations of a hotel.
//!
//! A **skill** is a value that can run: its fields are the request, its doc comment the description. Each lives in
//! a file of its own, named for what it does, in the folder of what it is about. Skills know the hotel's words
//! ([`words`]) and its systems ([`systems`]); they know nothing of sagas or MCP, and no skill calls another.

pub mod bookings;
pub mod cases;
pub mod contacts;
mod error;
pub mod faults;
mod look_up;
pub mod messages;
pub mod opportunities;
pub mod payments;
pub mod refusals;
pub mod rooms;
pub mod settings;
mod skill;
pub mod sqlite;
pub mod stay_rules;
pub mod systems;
pub mod words;

pub use error::{ErrorCode, Outage, Refusal, SkillError, System};
pub use look_up::LookUp;
pub use skill::{Call, Commit, Effect, Settled, Skill};

/// Every skill: name and effect, by subject. A new skill adds a line here.
#[must_use]
pub fn catalogue() -> Vec<(&'static str, Effect)> {
    const fn entry<S: Skill>() -> (&'static str, Effect) {
        (S::NAME, S::EFFECT)
    }
    vec![
        entry::<LookUp>(),
        entry::<Commit>(),
        // contacts
        entry::<contacts::CreateContact>(),
        entry::<contacts::FindContact>(),
        entry::<contacts::SearchContacts>(),
        entry::<contacts::UpsertContact>(),
        // opportunities
        entry::<opportunities::CreateOpportunity>(),
        entry::<opportunities::MoveOpportunity>(),
        // bookings
        entry::<bookings::ChangeBooking>(),
        entry::<bookings::FindBooking>(),
        entry::<bookings::FindBookingsOfGuest>(),
        entry::<bookings::FindStaysEndedSince>(),
        entry::<bookings::MoveBooking>(),
        entry::<bookings::SearchBookingsOnBehalfOfGuest>(),
        entry::<bookings::SearchBookingsOnBehalfOfStaff>(),
        entry::<bookings::UpsertBooking>(),
        // rooms
        entry::<rooms::FindRoom>(),
        entry::<rooms::MoveRoom>(),
        entry::<rooms::SearchAvailableRooms>(),
        entry::<rooms::SearchRoomsOnBehalfOfGuest>(),
        entry::<rooms::SearchRoomsOnBehalfOfStaff>(),
        // cases
        entry::<cases::ChangeCase>(),
        entry::<cases::FindCase>(),
        entry::<cases::MoveCase>(),
        entry::<cases::SearchCasesOnBehalfOfGuest>(),
        entry::<cases::SearchCasesOnBehalfOfStaff>(),
        entry::<cases::UpsertCase>(),
        // payments
        entry::<payments::AfterAction>(),
        entry::<payments::CancelPayment>(),
        entry::<payments::ConfirmPayment>(),
        entry::<payments::CreatePaymentIntent>(),
        entry::<payments::CreateCustomer>(),
        entry::<payments::FindCustomer>(),
        entry::<payments::FindPaymentsSince>(),
        entry::<payments::RecordPayment>(),
        entry::<payments::RefundPayment>(),
        entry::<payments::RetrievePayment>(),
        entry::<payments::RetrievePaymentStatus>(),
        // messages
        entry::<messages::LookAfterSms>(),
        entry::<messages::RecordSms>(),
        entry::<messages::SendSms>(),
    ]
}
