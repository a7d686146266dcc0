//! `Workers`: what a worker says about itself.

use super::hotels::Hotels;
use crate::restate::wire::AboutWorker;
use restate_sdk::prelude::*;

pub(super) struct Workers(pub(super) Hotels);

#[service]
impl Workers {
    /// Which version it is, and whether it serves a hotel.
    #[handler]
    async fn about(&self, _: Context<'_>, hotel: Json<String>) -> HandlerResult<Json<AboutWorker>> {
        let lacks = self.0.find(&hotel.into_inner()).err();
        Ok(Json(AboutWorker { version: env!("CARGO_PKG_VERSION").to_owned(), lacks }))
    }
}
