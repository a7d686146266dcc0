//! The writers of all processes queue in front of a file, so that each gets its turn. SQLite alone has no queue: it lets
//! one writer in, and the others poll. Then whoever polls most often wins, some wait for seconds, and the file idles in
//! between.
//!
//! It is a ticket queue. Each byte of a small file beside the database is a lock, one for each ticket number. The writer
//! with ticket 7 holds byte 7 and waits for byte 6; if a process dies, the system releases its locks. Only the writer at
//! the front locks the database, and it keeps its ticket until it has committed, so the next one finds the lock free and does
//! not poll. SQLite's own lock still decides who writes, so a queue that is stuck, because a process in it was stopped, can
//! safely be skipped.

mod numbers;

use numbers::{Next, Numbers, Place};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

/// How long a writer waits in the queue. If its turn has not come by then, a process before it is stopped, and it skips the
/// queue.
const MOVES_WITHIN: Duration = Duration::from_secs(2);
/// How long a stuck queue is skipped.
const PASSED_BY: Duration = Duration::from_secs(10);
/// How long after meeting another process's writer a process expects to meet it again.
const NOT_ALONE: Duration = Duration::from_millis(100);

/// A process's access to the queue of one file.
pub(super) struct Queue {
    /// None if this system has no queue.
    numbers: Option<Arc<Numbers>>,
    waiter: Option<Sender<Asked>>,
    passed_by_until: Option<Instant>,
    met_others: Option<Instant>,
}

impl Queue {
    /// The queue of the database at `database`.
    pub(super) fn of(database: &Path) -> Self {
        let numbers = Numbers::beside(database).map(Arc::new);
        Self { numbers, waiter: None, passed_by_until: None, met_others: None }
    }

    /// Takes the front of an empty queue. None if others queue, or probably will: then it is better to queue and share the
    /// turn with other writes of this process.
    pub(super) fn nobody_else(&mut self) -> Option<Next> {
        if self.met_others.is_some_and(|met| met.elapsed() < NOT_ALONE) {
            return None;
        }
        let Some(numbers) = self.numbers.as_ref().filter(|_| !self.is_passed_by()) else {
            return Some(Next::unqueued());
        };
        let next = numbers.all();
        if next.is_none() {
            self.met_another();
        }
        next
    }

    /// Notes that another process was writing.
    pub(super) fn met_another(&mut self) {
        self.met_others = Some(Instant::now());
    }

    /// Draws a ticket and waits until it is at the front. It blocks, so only the writer thread may call it.
    pub(super) fn next(&mut self) -> Next {
        let Some(numbers) = self.numbers.as_ref().filter(|_| !self.is_passed_by()) else {
            return Next::unqueued();
        };
        let drawn = match numbers.draw(false).map(Place::come_up) {
            Ok(Ok(next)) => return next,
            Ok(Err(place)) => Some(place),
            Err(_) => None, // somebody else draws at the moment
        };
        // Waiting for a lock cannot be cancelled. So a thread of its own waits, and hands the lock over if it is still
        // wanted by then.
        let (hand, handed) = sync_channel(0);
        let asked = (Arc::clone(numbers), drawn, hand);
        self.met_another();
        if self.waiter.get_or_insert_with(wait).send(asked).is_ok()
            && let Ok(next) = handed.recv_timeout(MOVES_WITHIN)
        {
            return next;
        }
        tracing::warn!("the queue of writers does not move; it is passed by");
        self.passed_by_until = Some(Instant::now() + PASSED_BY);
        Next::unqueued()
    }

    fn is_passed_by(&self) -> bool {
        self.passed_by_until.is_some_and(|until| Instant::now() < until)
    }
}

/// The queue to wait in, the ticket, and where to hand it over.
type Asked = (Arc<Numbers>, Option<Place>, SyncSender<Next>);

/// Starts a thread that waits in the queue on request.
fn wait() -> Sender<Asked> {
    let (ask, asked) = channel::<Asked>();
    std::thread::spawn(move || {
        while let Ok((numbers, drawn, hand)) = asked.recv() {
            let place = drawn.map_or_else(|| numbers.draw(true), Ok);
            let next = place.map_or_else(
                |error| {
                    tracing::warn!(%error, "the queue of writers gives out no numbers");
                    Next::unqueued()
                },
                Place::wait,
            );
            // A rendezvous channel: if the receiver has given up, the ticket comes back and is dropped at once.
            let _ = hand.send(next);
        }
    });
    ask
}
