//! Sagas over the hotel's skills: which steps, in which order, and the way back.
//!
//! One saga per file, straight-line code over skills. Behind them: the journal, idempotency and recovery ([`saga`]). In
//! front of them what both servers share: the tools as values ([`tool`]), who a server acts for ([`persona`]), the
//! command line ([`cli`]) and the one file that knows MCP.

mod answer;
pub mod cli;
mod data_folder;
mod demo;
mod doctor;
mod forget;
mod house_rules;
mod mcp;
pub mod persona;
mod reconcile;
pub mod saga;
mod schema;
mod setup;
mod surrogates;
pub mod tool;

mod authentication;
mod case_opening;
mod charging;
mod closing;
mod paid_stay;
mod stay_choice;
mod whose_money;

mod assign_room;
mod cancel_booking;
mod check_in_guest;
mod compensate_checkout_failure;
mod create_booking;
mod create_case;
mod create_contact_if_not_found;
mod finish_paid_checkout;
mod give_back_payment;
mod manage_booking;
mod manage_case;
mod process_guest_checkout;
mod search_tool_calls;
mod submit_guest_service_request;
mod submit_maintenance_request;
mod update_room_status;

pub use answer::Answer;
pub use assign_room::AssignRoom;
pub use cancel_booking::CancelBooking;
pub use check_in_guest::CheckInGuest;
pub use compensate_checkout_failure::CompensateCheckoutFailure;
pub use create_booking::CreateBooking;
pub use create_case::CreateCase;
pub use create_contact_if_not_found::CreateContactIfNotFound;
pub use finish_paid_checkout::{FinishPaidCheckout, FinishedCheckout};
pub use give_back_payment::{GiveBackPayment, GivenBack};
pub use manage_booking::ManageBooking;
pub use manage_case::ManageCase;
pub use process_guest_checkout::ProcessGuestCheckout;
pub use search_tool_calls::{CallOutcome, SearchToolCalls, StepView, ToolCall, ToolCallList};
pub use submit_guest_service_request::SubmitGuestServiceRequest;
pub use submit_maintenance_request::SubmitMaintenanceRequest;
pub use update_room_status::UpdateRoomStatus;

use skills::{Skill, bookings, cases, contacts, payments, rooms};
use std::sync::Arc;
use tool::{ErasedSaga, erased};

/// Every saga. A new one adds a line here; recovery finds it by its name.
fn sagas() -> Vec<Arc<dyn ErasedSaga>> {
    vec![
        erased::<AssignRoom>(),
        erased::<CancelBooking>(),
        erased::<CheckInGuest>(),
        erased::<CompensateCheckoutFailure>(),
        erased::<CreateBooking>(),
        erased::<CreateCase>(),
        erased::<CreateContactIfNotFound>(),
        erased::<FinishPaidCheckout>(),
        erased::<GiveBackPayment>(),
        erased::<ManageBooking>(),
        erased::<ManageCase>(),
        erased::<ProcessGuestCheckout>(),
        erased::<SubmitGuestServiceRequest>(),
        erased::<SubmitMaintenanceRequest>(),
        erased::<UpdateRoomStatus>(),
    ]
}

/// The names of all sagas, each its tool's too.
pub fn saga_names() -> Vec<&'static str> {
    sagas().iter().map(|saga| saga.name()).collect()
}

/// The reads that are tools of some persona. A new one adds a line here: the other server then knows its name.
const READS: [&str; 10] = [
    SearchToolCalls::NAME,
    bookings::SearchBookingsOnBehalfOfGuest::NAME,
    bookings::SearchBookingsOnBehalfOfStaff::NAME,
    cases::SearchCasesOnBehalfOfGuest::NAME,
    cases::SearchCasesOnBehalfOfStaff::NAME,
    contacts::SearchContacts::NAME,
    payments::RetrievePaymentStatus::NAME,
    rooms::SearchAvailableRooms::NAME,
    rooms::SearchRoomsOnBehalfOfGuest::NAME,
    rooms::SearchRoomsOnBehalfOfStaff::NAME,
];

/// Whether any persona could offer a tool of this name.
fn is_tool(name: &str) -> bool {
    let internal =
        [<FinishPaidCheckout as saga::Saga>::NAME, <GiveBackPayment as saga::Saga>::NAME].contains(&name);
    READS.contains(&name) || (saga_names().contains(&name) && !internal)
}
