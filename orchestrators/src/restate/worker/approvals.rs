//! `Approvals`, one object per question that a person was asked: its answer counts once, whatever call it comes with.

use restate_sdk::prelude::*;
use std::time::Duration;

/// How long a used answer is remembered: much longer than any is valid.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) struct Approvals;

#[object]
impl Approvals {
    /// Uses the answer up; returns whether it had not been used before.
    #[handler]
    async fn use_up(&self, ctx: ObjectContext<'_>, _: Json<()>) -> HandlerResult<Json<bool>> {
        let is_first = ctx.get::<bool>("used").await?.is_none();
        if is_first {
            ctx.set("used", true);
            let me: ApprovalsClient<'_> = ctx.object_client(ctx.key());
            me.forget().send_after(KEPT);
        }
        Ok(Json(is_first))
    }

    /// It is not valid any more.
    #[handler(ingress_private)]
    async fn forget(&self, ctx: ObjectContext<'_>) -> HandlerResult<()> {
        ctx.clear("used");
        Ok(())
    }
}
