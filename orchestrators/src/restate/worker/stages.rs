//! `Stages`, one object per call whose client wants to know how far it is: the last stage that was told.

use crate::saga::live::Progress;
use restate_sdk::prelude::*;
use std::time::Duration;

/// How long a stage is kept: longer than any client waits.
const KEPT: Duration = Duration::from_secs(60 * 60);

pub(super) struct Stages;

#[object(invocation_retry_policy(initial_interval = "100ms", max_interval = "5s", factor = 2.0))]
impl Stages {
    /// A stage begins.
    #[handler]
    async fn begin(&self, ctx: ObjectContext<'_>, stage: Json<Progress>) -> HandlerResult<()> {
        if ctx.get::<Json<Progress>>("last").await?.is_none() {
            let me: StagesClient<'_> = ctx.object_client(ctx.key());
            me.forget().send_after(KEPT);
        }
        ctx.set("last", Json(stage.into_inner()));
        Ok(())
    }

    /// Nobody waits any more.
    #[handler]
    async fn forget(&self, ctx: ObjectContext<'_>) -> HandlerResult<()> {
        ctx.clear_all();
        Ok(())
    }

    /// The last stage that began.
    #[handler]
    async fn last(&self, ctx: SharedObjectContext<'_>, _: Json<()>) -> HandlerResult<Json<Option<Progress>>> {
        Ok(Json(ctx.get::<Json<Progress>>("last").await?.map(Json::into_inner)))
    }
}
