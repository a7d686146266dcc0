//! `Trail`, one object per list of the audit trail: a row is an entry of the object's state, under its place in time. The list of
//! an hour is kept in parts; together they have every call of that hour. A part enters a call in the lists of its guest, its
//! booking and its token.

use super::calls::CallsClient;
use crate::restate::wire::{Kept, ListQuery, Row, list};
use jiff::Timestamp;
use restate_sdk::prelude::*;
use std::time::Duration;

pub(super) struct Trail;

/// When a part of an hour is looked at again, of which somebody must still see to a call.
const NEXT_DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The entries of a list that are no rows begin so.
const MARK: &str = "~";

#[object]
impl Trail {
    /// Enters a call in its part of its hour's list, and in all others that it belongs to.
    #[handler(lazy_state)]
    async fn enter(&self, ctx: ObjectContext<'_>, kept: Json<Kept>) -> HandlerResult<()> {
        let Kept { row, days } = kept.into_inner();
        let place = row.place();
        let before = ctx.get::<Json<Row>>(&place).await?.map(Json::into_inner);
        let hotel = row.hotel.clone();
        let named = [
            ("person", row.about.person.clone()),
            ("subject", row.about.subject.clone()),
            ("token", row.token.clone()),
        ];
        let of = |kind: &str, of: &str| -> TrailClient<'_> { ctx.object_client(list(&hotel, kind, of)) };
        let named_before =
            before.as_ref().map(|before| [&before.about.person, &before.about.subject, &before.token]);
        // All are asked at once, then all are waited for.
        let mut puts = vec![];
        for (at, (kind, name)) in named.iter().enumerate() {
            if let Some(name) = name {
                puts.push(of(kind, name).put(Json(row.clone())).call());
            }
            // A call may turn out to be about somebody else than its request named.
            let before = named_before.and_then(|before| before[at].as_ref());
            if let Some(before) = before.filter(|before| name.as_ref() != Some(*before)) {
                of(kind, before).take(Json(place.clone())).send();
            }
        }
        for (kind, is, was) in [
            ("open", row.is_open, before.as_ref().is_some_and(|before| before.is_open)),
            ("staff", row.needs_staff, before.as_ref().is_some_and(|before| before.needs_staff)),
        ] {
            match (is, was) {
                (true, _) => puts.push(of(kind, "").put(Json(row.clone())).call()),
                (false, true) => {
                    of(kind, "").take(Json(place.clone())).send();
                }
                (false, false) => {}
            }
        }
        if ctx.get::<bool>(MARK).await?.is_none() {
            ctx.set(MARK, true);
            of("parts", "").mark(row.part()).send();
            let me: TrailClient<'_> = ctx.object_client(ctx.key());
            let kept = Duration::from_secs((u64::from(days) * 24 + 1) * 3_600);
            me.expire((hotel.clone(), row.part()).into()).send_after(kept);
        }
        ctx.set(&place, Json(row.clone()));
        for put in puts {
            put.await?;
        }
        Ok(())
    }

    /// Puts a row into a list.
    #[handler(lazy_state, ingress_private)]
    async fn put(&self, ctx: ObjectContext<'_>, row: Json<Row>) -> HandlerResult<()> {
        let row = row.into_inner();
        ctx.set(&row.place(), Json(row.clone()));
        Ok(())
    }

    /// Takes a row out of a list.
    #[handler(lazy_state)]
    async fn take(&self, ctx: ObjectContext<'_>, place: Json<String>) -> HandlerResult<()> {
        ctx.clear(&place.into_inner());
        Ok(())
    }

    /// Notes that there are calls in a part of an hour.
    #[handler(lazy_state, ingress_private)]
    async fn mark(&self, ctx: ObjectContext<'_>, part: String) -> HandlerResult<()> {
        ctx.set(&part, true);
        Ok(())
    }

    /// The parts of hours in which there are calls, newest first.
    #[handler(lazy_state)]
    async fn marks(&self, ctx: SharedObjectContext<'_>, _: Json<()>) -> HandlerResult<Json<Vec<String>>> {
        let mut parts = ctx.get_keys().await?;
        parts.sort_by(|one, other| other.cmp(one));
        Ok(Json(parts))
    }

    /// Notes since when a subject waits; nothing: it does not wait any more.
    #[handler(lazy_state, ingress_private)]
    async fn wait(
        &self,
        ctx: ObjectContext<'_>,
        wait: Json<(String, Option<Timestamp>)>,
    ) -> HandlerResult<()> {
        match wait.into_inner() {
            (subject, Some(since)) => ctx.set(&subject, Json(since)),
            (subject, None) => ctx.clear(&subject),
        }
        Ok(())
    }

    /// The subjects that wait, and since when.
    #[handler]
    async fn waits(
        &self,
        ctx: SharedObjectContext<'_>,
        _: Json<()>,
    ) -> HandlerResult<Json<Vec<(String, Timestamp)>>> {
        let mut waits = vec![];
        for subject in ctx.get_keys().await? {
            if let Some(Json(since)) = ctx.get::<Json<Timestamp>>(&subject).await? {
                waits.push((subject, since));
            }
        }
        Ok(Json(waits))
    }

    /// The rows that fit, newest first.
    #[handler]
    async fn page(
        &self,
        ctx: SharedObjectContext<'_>,
        query: Json<ListQuery>,
    ) -> HandlerResult<Json<Vec<Row>>> {
        let query = query.into_inner();
        let mut places = ctx.get_keys().await?;
        places.retain(|place| {
            place != MARK
                && query.before.as_ref().is_none_or(|before| place < before)
                && query.from.as_ref().is_none_or(|from| place >= from)
        });
        places.sort_by(|one, other| other.cmp(one));
        let mut rows = vec![];
        for place in places {
            if rows.len() == query.limit {
                break;
            }
            if let Some(Json(row)) = ctx.get::<Json<Row>>(&place).await?
                && query.fits(&row)
            {
                rows.push(row);
            }
        }
        Ok(Json(rows))
    }

    /// The retention of a part of an hour is over: its calls leave every list.
    #[handler(ingress_private)]
    async fn expire(&self, ctx: ObjectContext<'_>, of: Json<(String, String)>) -> HandlerResult<()> {
        let (hotel, part) = of.into_inner();
        let mut is_left = false;
        for place in ctx.get_keys().await? {
            if place == MARK {
                continue;
            }
            let Some(Json(row)) = ctx.get::<Json<Row>>(&place).await? else { continue };
            // What somebody must still see to is not forgotten.
            if row.is_open || row.needs_staff {
                is_left = true;
                continue;
            }
            let named =
                [("person", &row.about.person), ("subject", &row.about.subject), ("token", &row.token)];
            for (kind, name) in named {
                if let Some(name) = name {
                    let list: TrailClient<'_> = ctx.object_client(list(&hotel, kind, name));
                    list.take(Json(place.clone())).send();
                }
            }
            if let Some((call, attempt)) = &row.call {
                let call: CallsClient<'_> = ctx.object_client(call.clone());
                call.retire(*attempt).send();
            }
            ctx.clear(&place);
        }
        if is_left {
            let me: TrailClient<'_> = ctx.object_client(ctx.key());
            me.expire((hotel, part).into()).send_after(NEXT_DAY);
            return Ok(());
        }
        let parts: TrailClient<'_> = ctx.object_client(list(&hotel, "parts", ""));
        parts.take(Json(part)).send();
        ctx.clear_all();
        Ok(())
    }
}
