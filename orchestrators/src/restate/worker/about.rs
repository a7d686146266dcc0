//! `Workers`: what a worker says about itself.

use super::hotels::Hotels;
use crate::restate::wire::{AboutWorker, WhichHotel};
use restate_sdk::prelude::*;

pub(super) struct Workers(pub(super) Hotels);

#[service]
impl Workers {
    /// Which version it is, and whether it serves a hotel on the systems of its server.
    #[handler]
    async fn about(&self, _: Context<'_>, which: Json<WhichHotel>) -> HandlerResult<Json<AboutWorker>> {
        let WhichHotel { hotel, systems } = which.into_inner();
        let lacks = self.0.find_on(&hotel, &systems).err();
        Ok(Json(AboutWorker { version: env!("CARGO_PKG_VERSION").to_owned(), lacks }))
    }
}
