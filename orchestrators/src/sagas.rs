//! The hotel's sagas, one a file: which operations, in which order, and the way back. `shared` has what several share.
//!
//! A saga's struct is the request and its doc comment the tool's description. A new saga is a new file here, its line in
//! `all()`, and a line in the list of each persona that may use it. A program that is built on this one may run other
//! sagas beside these, or in their place: [`Sagas`].

pub(crate) mod shared;

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
mod submit_guest_service_request;
mod submit_maintenance_request;
mod update_room_status;

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
pub use submit_guest_service_request::SubmitGuestServiceRequest;
pub use submit_maintenance_request::SubmitMaintenanceRequest;
pub use update_room_status::UpdateRoomStatus;

use crate::engine::{Duty, Works};
use crate::saga::Saga;
use crate::saga::erased::{ErasedSaga, erased};
use crate::saga::way_back::{WayBack, way_back};
#[cfg(feature = "restate")]
pub(crate) use shared::last_day::WAITS;
#[cfg(feature = "restate")]
pub(crate) use shared::names::SETTLING;
use shared::refunds_on_their_way::RefundsOnTheirWay;
#[cfg(feature = "restate")]
pub(crate) use shared::refunds_on_their_way::look_after as look_after_refund;
use skills::operations::payments::RefundPayment;
use std::sync::Arc;

/// Every saga. A new one adds a line here; recovery finds it by its name.
pub(crate) fn all() -> Vec<Arc<dyn ErasedSaga>> {
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

/// The sagas that a program runs. All servers and workers of a hotel need the same.
#[derive(Clone)]
pub struct Sagas(Vec<Arc<dyn ErasedSaga>>);

impl Default for Sagas {
    /// Every saga of this version.
    fn default() -> Self {
        Self(all())
    }
}

impl Sagas {
    /// Adds a saga, in the place of the one that has its name.
    #[must_use]
    pub fn with<S: Saga>(mut self) -> Self {
        self.0.retain(|saga| saga.name() != S::NAME);
        self.0.push(erased::<S>());
        self
    }

    /// The saga of this name.
    pub(crate) fn find(&self, name: &str) -> Option<&Arc<dyn ErasedSaga>> {
        self.0.iter().find(|saga| saga.name() == name)
    }
}

/// The names of all sagas. A saga that is a tool has the tool's name.
pub fn names() -> Vec<&'static str> {
    all().iter().map(|saga| saga.name()).collect()
}

/// The sagas that ask the person behind a call before they do what cannot be taken back.
pub const THAT_ASK: [&str; 3] =
    [CancelBooking::NAME, CompensateCheckoutFailure::NAME, ProcessGuestCheckout::NAME];

/// Every skill that is a way back. A saga's `undo` takes only these; the journal finds them by name.
fn ways_back() -> Vec<Arc<dyn WayBack>> {
    vec![way_back::<RefundPayment>()]
}

/// The background work beside calls.
fn duties() -> Vec<Arc<dyn Duty>> {
    vec![Arc::new(RefundsOnTheirWay)]
}

/// All that an engine runs for this hotel.
pub(crate) fn works(sagas: Sagas) -> Works {
    Works {
        sagas: sagas.0,
        ways_back: ways_back(),
        duties: duties(),
        routines: vec![],
        may_be_logged: MAY_BE_LOGGED,
    }
}

/// Whether a field describes the action, not the person: its values may appear in the log.
pub(crate) const MAY_BE_LOGGED: fn(&str) -> bool = crate::tool::personal_data::says_what_was_done;
