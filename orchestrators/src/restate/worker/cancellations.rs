//! `Cancellations`, one object per client that waits for a call and may cancel it. It stands beside the call's own object, whose
//! handler is busy while the call runs.

use super::KEPT_FOR_CLIENTS;
use jiff::Timestamp;
use restate_sdk::prelude::*;

pub(super) struct Cancellations;

#[object]
impl Cancellations {
    /// The client cancels its call.
    #[handler]
    async fn note(&self, ctx: ObjectContext<'_>, at: Json<Timestamp>) -> HandlerResult<()> {
        if ctx.get::<Json<Timestamp>>("at").await?.is_none() {
            ctx.set("at", at);
            let me: CancellationsClient<'_> = ctx.object_client(ctx.key());
            me.forget().send_after(KEPT_FOR_CLIENTS);
        }
        Ok(())
    }

    /// Nobody waits any more.
    #[handler(ingress_private)]
    async fn forget(&self, ctx: ObjectContext<'_>) -> HandlerResult<()> {
        ctx.clear_all();
        Ok(())
    }

    /// When the client cancelled its call.
    #[handler]
    async fn noted(
        &self,
        ctx: SharedObjectContext<'_>,
        _: Json<()>,
    ) -> HandlerResult<Json<Option<Timestamp>>> {
        Ok(Json(ctx.get::<Json<Timestamp>>("at").await?.map(Json::into_inner)))
    }
}
