//! `Schedule`, one object per hotel: reconciling by rule, again and again. Its handler runs alone, which elects the worker.

use super::hotels::Hotels;
use super::{later, now};
use crate::engine::journal::Schedule as Known;
use jiff::Timestamp;
use restate_sdk::prelude::*;
use std::time::Duration;

/// When the first run begins after a server has started.
const FIRST: Duration = Duration::from_secs(10);
/// A run that should have begun this long ago is lost: somebody purged the engine's timers.
const LOST: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

pub(super) struct Schedule(pub(super) Hotels);

#[object]
impl Schedule {
    /// A server that may settle what does not agree has started.
    #[handler]
    async fn begin(&self, ctx: ObjectContext<'_>, hotel: Json<String>) -> HandlerResult<()> {
        let now = now!(ctx);
        let next = ctx.get::<Json<Timestamp>>("next_at").await?.map(Json::into_inner);
        if next.is_none_or(|next| now.duration_since(next) > LOST) {
            ctx.set("next_at", Json(now + FIRST));
            let me: ScheduleClient<'_> = ctx.object_client(ctx.key());
            me.run(Json(hotel.into_inner())).send_after(FIRST);
        }
        Ok(())
    }

    /// One run, and the next one later.
    #[handler(ingress_private)]
    async fn run(&self, ctx: ObjectContext<'_>, hotel: Json<String>) -> HandlerResult<()> {
        let hotel = hotel.into_inner();
        let served = self.0.find(&hotel).map_err(later)?;
        let Some(every) = served.settings.reconcile_every else {
            ctx.clear("next_at"); // it was turned off
            return Ok(());
        };
        let known = ctx.get::<Json<Known>>("known").await?.map(Json::into_inner).unwrap_or_default();
        let reconcile = self.0.reconcile;
        let run = ctx.run(move || async move { Ok(Json(reconcile(served, known, every).await)) });
        let Json((known, next_at)): Json<(Known, Timestamp)> = run.name("reconcile").await?;
        let wait = next_at.duration_since(now!(ctx)).try_into().unwrap_or_default();
        ctx.set("next_at", Json(next_at));
        ctx.set("known", Json(known));
        let me: ScheduleClient<'_> = ctx.object_client(ctx.key());
        me.run(Json(hotel)).send_after(wait);
        Ok(())
    }

    /// What is known of it.
    #[handler]
    async fn show(&self, ctx: SharedObjectContext<'_>, _: Json<()>) -> HandlerResult<Json<Option<Known>>> {
        Ok(Json(ctx.get::<Json<Known>>("known").await?.map(Json::into_inner)))
    }
}
