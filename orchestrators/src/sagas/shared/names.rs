//! Names of sagas whose calls other sagas look up in the journal.

/// Charges a stay and closes it.
pub(crate) const CHECKOUT: &str = "process_guest_checkout";
/// Refunds the payment of a checkout.
pub(crate) const COMPENSATION: &str = "compensate_checkout_failure";
/// Closes a stay that was paid.
pub(crate) const FINISH: &str = "finish_paid_checkout";
/// The sagas that settle a stay's payment, one way or the other.
pub(crate) const SETTLING: [&str; 3] = [CHECKOUT, COMPENSATION, FINISH];
