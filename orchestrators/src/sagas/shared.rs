//! Code that several sagas share.

pub(crate) mod authentication;
pub(crate) mod case_opening;
pub(crate) mod charging;
pub(crate) mod closing;
pub(crate) mod last_day;
pub(crate) mod names;
pub(crate) mod paid_stay;
pub(crate) mod questions;
pub(crate) mod refunds_on_their_way;
pub(crate) mod shared_prices;
pub(crate) mod stay_choice;
pub(crate) mod whose_money;
