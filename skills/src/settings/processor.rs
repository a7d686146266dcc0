//! The payment processor. A second one is a variant here, its settings beside Stripe's, and a folder of
//! `systems/payments`.

use super::error::SettingError;
use super::values::Get;
use super::{StripeSettings, systems};

/// The settings of the payment processor.
#[derive(Debug, Clone)]
pub enum Processor {
    /// Stripe.
    Stripe(StripeSettings),
}

impl Processor {
    /// The setting that connects a processor.
    pub(crate) const SETTING: &'static str = "STRIPE_SECRET_KEY";

    pub(super) fn read(get: &impl Get) -> Result<Option<Self>, SettingError> {
        Ok(systems::stripe(get)?.map(Self::Stripe))
    }

    /// Whether it charges real cards.
    pub fn is_live(&self) -> bool {
        match self {
            Self::Stripe(account) => account.is_live(),
        }
    }
}
