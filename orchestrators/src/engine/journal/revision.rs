//! What the journal can tell of changes without reading what changed.

use super::Journal;
use crate::engine::calls::{Changes, Watched};
use crate::saga::SagaError;
use crate::saga::outcome::outcome_is;

impl Changes for Journal {
    fn revision(&self, watched: &Watched) -> Result<String, SagaError> {
        // A call that changes something takes a lock; the turn counts when it is taken and when it is released, at the end.
        let hotel = concat!(
            "SELECT (SELECT last FROM turns) || ' ' || (SELECT ifnull(max(resolved_at), '') FROM calls WHERE ",
            outcome_is!(needs_attention),
            ")"
        );
        let call = "SELECT ifnull(group_concat(outcome || ' ' || asked_again || ' ' || ifnull(cancelled_at, '') || ' ' || \
                    ifnull(resolved_at, '') || ' ' || (SELECT count(*) FROM steps WHERE call = calls.id) || ' ' || \
                    ifnull((SELECT group_concat(state) FROM outbox WHERE call = calls.id), '')), '') \
                    FROM calls WHERE token = ?";
        self.read(|c| match watched {
            Watched::Hotel => c.prepare_cached(hotel)?.query_row([], |row| row.get(0)),
            Watched::Call(token) => c.prepare_cached(call)?.query_row([token], |row| row.get(0)),
        })
    }
}
