//! Steps: announced before they begin, their outcomes written with the next announcement or the end.

use super::follow_ups::follow;
use super::locks::{Lock, Wanted, release, take};
use super::outbox::stage;
use super::step_rows::{put_step, step_row};
use super::{Journal, LEASE_MS, Lost, held_outcome, in_ms, moved, now_ms};
use crate::saga::SagaError;
use crate::saga::outcome::{Event, Outcome};
use crate::saga::pauses;
use crate::saga::record::{Announcement, End, Held, StepRow};
use rusqlite::params;
use skills::ErrorCode;
use skills::sqlite::Durability;
use skills::words::stored;

impl Journal {
    /// The steps of a call so far.
    pub(crate) fn steps(&self, id: i64) -> Result<Vec<StepRow>, SagaError> {
        let sql = "SELECT name, place, input, undo, outcome, value, started_at, duration_ms, spent_keys FROM steps \
                   WHERE call = ? ORDER BY place";
        self.read(|c| c.prepare_cached(sql)?.query_map([id], step_row)?.collect())
    }

    /// Announces an effect: writes the outcomes learned since, and the step that begins now with its way back.
    /// Without the lock it still needs, nothing is written.
    pub(crate) async fn announce(
        &self,
        call: &Held,
        new: Announcement,
        wanted: Option<Wanted>,
    ) -> Result<Lock, SagaError> {
        let (id, epoch) = (call.id, call.epoch);
        let durability = if new.binds { Durability::Forced } else { Durability::Relaxed };
        let done = self.db.write_within(self.patience, durability, move |c| {
            if let Some(Wanted { key, since }) = &wanted {
                match take(c, id, key, *since, false)? {
                    Lock::Fresh => {}
                    not_ours => return Ok(not_ours),
                }
            }
            if held_outcome(c, id, epoch)? != Outcome::Running {
                return Err(Lost::Lease);
            }
            let sql = "UPDATE calls SET effects = max(effects, ?3), lease_until = ?4, \
                       guest_email = ifnull(?5, guest_email), booking_number = ifnull(?6, booking_number) \
                       WHERE id = ?1 AND epoch = ?2";
            let row = params![id, epoch, new.binds, now_ms() + LEASE_MS, new.about.person, new.about.subject];
            c.prepare_cached(sql)?.execute(row)?;
            for row in new.learned.iter().chain([&new.step]) {
                put_step(c, id, row)?;
            }
            Ok(Lock::Fresh)
        });
        done.await.map_err(|lost: Lost| self.lost(lost))
    }

    /// Ends a call: its answer, its outcomes, its staged messages; its locks are released.
    pub(crate) async fn finish(&self, call: &Held, learned: Vec<StepRow>, end: End) -> Result<(), SagaError> {
        let (id, epoch, started_at) = (call.id, call.epoch, call.started_at);
        let done = self.db.write_within(self.patience, Durability::Relaxed, move |c| {
            let outcome = moved(c, id, epoch, Event::Ends(end.ending))?;
            let sql = "UPDATE calls SET outcome = ?3, error_code = ?4, answer = ?5, bound = ?6, finished_at = ?7, \
                       lease_until = ?10, lease_ms = ?11, owner = NULL, because = ?12, guest_email = ifnull(?8, guest_email), \
                       booking_number = ifnull(?9, booking_number), \
                       cancelled_at = CASE WHEN ?4 = ?13 THEN ifnull(cancelled_at, ?7) ELSE cancelled_at END \
                       WHERE id = ?1 AND epoch = ?2";
            let now = stored(skills::clock::now());
            let (guest, booking) = (end.about.person, end.about.subject);
            let age = skills::clock::now().duration_since(started_at).unsigned_abs();
            let look = if outcome == Outcome::Waiting { in_ms(pauses::next_look(age)) } else { 0 };
            let look_again = if look > 0 { now_ms() + look } else { 0 };
            let row = params![
                id,
                epoch,
                outcome,
                end.error_code,
                end.answer.to_string(),
                end.bound,
                now,
                guest,
                booking,
                look_again,
                look,
                end.because,
                ErrorCode::Cancelled.as_str()
            ];
            c.prepare_cached(sql)?.execute(row)?;
            for row in &learned {
                put_step(c, id, row)?;
            }
            stage(c, id, &end.messages, &now)?;
            follow(c, id, &end.follow_ups)?;
            release(c, "call = ?", [id])?;
            Ok(())
        });
        done.await.map_err(|lost: Lost| self.lost(lost))
    }
}
