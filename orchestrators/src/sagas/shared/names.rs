//! The names of sagas that others ask the journal about.

/// Charges a stay and closes it.
pub(crate) const CHECKOUT: &str = "process_guest_checkout";
/// Gives the money of a checkout back.
pub(crate) const COMPENSATION: &str = "compensate_checkout_failure";
/// Closes a stay that was paid.
pub(crate) const FINISH: &str = "finish_paid_checkout";
/// What settles the money of a stay one way or the other.
pub(crate) const SETTLING: [&str; 3] = [CHECKOUT, COMPENSATION, FINISH];
