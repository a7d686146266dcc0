//! The writers of all processes queue in front of a file, so that each gets its turn. SQLite lets one in and has the
//! others try again now and then: whoever tries most often wins, some wait for seconds, and the file idles in between.
//!
//! A small file beside the database gives out numbers. Its bytes are locks, one for each number: who has drawn number 7
//! holds byte 7 and waits for byte 6; a process that dies lets go of its own. The one in front alone tries for the
//! database, and once it has it the next one comes up. SQLite's own lock decides who writes: a queue that does not move,
//! because a process in it was stopped, is passed by.

mod numbers;

use numbers::{Next, Numbers, Place};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, Instant};

/// A place in the queue that does not come up by then is given up: somebody before it does not move.
const MOVES_WITHIN: Duration = Duration::from_secs(2);
/// So long a queue that did not move is passed by.
const PASSED_BY: Duration = Duration::from_secs(10);
/// So long after it has met another writer, a process expects more of them.
const NOT_ALONE: Duration = Duration::from_millis(100);

/// A process's way into the queue of one file.
pub(super) struct Queue {
    /// None where there can be no queue.
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

    /// Nobody is before us; none if somebody is, or probably is: then a turn of our own is worth sharing.
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

    /// Somebody else was writing.
    pub(super) fn met_another(&mut self) {
        self.met_others = Some(Instant::now());
    }

    /// Draws a number and waits to be the next to write. Blocks: only for the writer's thread.
    pub(super) fn next(&mut self) -> Next {
        let Some(numbers) = self.numbers.as_ref().filter(|_| !self.is_passed_by()) else {
            return Next::unqueued();
        };
        let drawn = match numbers.draw(false).map(Place::come_up) {
            Ok(Ok(next)) => return next,
            Ok(Err(place)) => Some(place),
            Err(_) => None, // somebody else draws at the moment
        };
        // A lock that is waited for cannot be given up waiting for, so a thread waits, and hands it over if it is still
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

/// Where to wait, and to whom to hand over.
type Asked = (Arc<Numbers>, Option<Place>, SyncSender<Next>);

/// A thread that waits in the queue whenever it is asked to.
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
            // From hand to hand: if nobody waits for it any more it comes back, and is given up at once.
            let _ = hand.send(next);
        }
    });
    ask
}
