//! `Refunds`, one object per refund on its way: it is looked at every hour until it has reached the guest.

use super::hotels::Hotels;
use super::later;
use crate::engine::journal::LOOK_AFTER_FOLLOW_UP;
use crate::sagas::look_after_refund;
use restate_sdk::prelude::*;
use skills::FollowUp;

pub(super) struct Refunds(pub(super) Hotels);

#[object(ingress_private)]
impl Refunds {
    /// Looks at the refund, and asks for it once more if it failed.
    #[handler]
    async fn follow(&self, ctx: ObjectContext<'_>, of: Json<(String, FollowUp)>) -> HandlerResult<()> {
        let (hotel, follow_up) = of.into_inner();
        let served = self.0.find(&hotel).map_err(later)?;
        let due = follow_up.clone();
        let looked = ctx.run(move || async move {
            match look_after_refund(&served.engine, &due).await {
                Ok(is_over) => Ok(is_over),
                Err(error) => {
                    tracing::warn!(refund = due.id, %error, "a refund could not be looked after");
                    Ok(false)
                }
            }
        });
        if !looked.name("look_after_refund").await? {
            let me: RefundsClient<'_> = ctx.object_client(ctx.key());
            me.follow((hotel, follow_up).into()).send_after(LOOK_AFTER_FOLLOW_UP);
        }
        Ok(())
    }
}
