//! A next version of staff-server and hotel-worker, for the tests of a release. It is this version, but a check-in, a checkout
//! and a refund have one step more at their end (a case about the room is opened) and one field more in their answer (the
//! number of that case).

mod longer;

use longer::{Ends, Longer};
use orchestrators::sagas::{CheckInGuest, CompensateCheckoutFailure, ProcessGuestCheckout, Sagas};
use orchestrators::tool::{Persona, saga};

impl Ends for CheckInGuest {
    const WITH: &'static str = "Bring the welcome basket.";
}

impl Ends for ProcessGuestCheckout {
    const WITH: &'static str = "Look for what the guest may have left.";
}

impl Ends for CompensateCheckoutFailure {
    const WITH: &'static str = "Ask what went wrong at the checkout.";
}

/// The sagas of the next version.
#[must_use]
pub fn sagas() -> Sagas {
    Sagas::default()
        .with::<Longer<CheckInGuest>>()
        .with::<Longer<ProcessGuestCheckout>>()
        .with::<Longer<CompensateCheckoutFailure>>()
}

/// The staff persona of the next version.
#[must_use]
pub fn persona() -> Persona {
    let mut persona = staff_server::persona();
    let longer = [
        saga::<Longer<CheckInGuest>>(),
        saga::<Longer<ProcessGuestCheckout>>(),
        saga::<Longer<CompensateCheckoutFailure>>(),
    ];
    persona.tools.retain(|tool| longer.iter().all(|longer| longer.name != tool.name));
    persona.tools.extend(longer);
    persona
}
