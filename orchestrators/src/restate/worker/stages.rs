//! `Stages`, one object per call whose client wants to know how far it is: the stages that have begun.

use super::KEPT_FOR_CLIENTS;
use crate::saga::live::Progress;
use restate_sdk::prelude::*;

pub(super) struct Stages;

#[object]
impl Stages {
    /// A stage begins.
    #[handler(ingress_private)]
    async fn begin(&self, ctx: ObjectContext<'_>, stage: Json<Progress>) -> HandlerResult<()> {
        let stages = ctx.get::<Json<Vec<Progress>>>("stages").await?.map(Json::into_inner);
        if stages.is_none() {
            let me: StagesClient<'_> = ctx.object_client(ctx.key());
            me.forget().send_after(KEPT_FOR_CLIENTS);
        }
        let mut stages = stages.unwrap_or_default();
        stages.push(stage.into_inner());
        ctx.set("stages", Json(stages));
        Ok(())
    }

    /// Nobody waits any more.
    #[handler(ingress_private)]
    async fn forget(&self, ctx: ObjectContext<'_>) -> HandlerResult<()> {
        ctx.clear_all();
        Ok(())
    }

    /// The stages that have begun.
    #[handler]
    async fn begun(&self, ctx: SharedObjectContext<'_>, _: Json<()>) -> HandlerResult<Json<Vec<Progress>>> {
        let stages = ctx.get::<Json<Vec<Progress>>>("stages").await?.map(Json::into_inner);
        Ok(Json(stages.unwrap_or_default()))
    }
}
