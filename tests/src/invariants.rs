//! The invariants of a hotel, whatever was done to it. They are checked on its files, not on its own answers.

use crate::{Systems, World};
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use skills::words::{Cents, Prices};
use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

/// The only rule that a call which needs attention may break.
pub const ATTENTION: &str = "a call needs attention";

/// The rule that only a stay which was paid before its price changed may break: it is closed at what was paid.
pub const PAID_EXACTLY: &str = "a stay that ended is paid, and its folio exactly, unless it was refunded";

/// Each query returns the rows that break its rule, so it must return none.
const RULES: &[(&str, &str)] = &[
    // A night that is over does not count: a guest who is here may be moved to a room whose guest never came.
    (
        "two active bookings hold the same night of a room",
        "SELECT a.number || ' and ' || b.number FROM bookings a JOIN bookings b ON a.room_id = b.room_id AND a.id < b.id \
         WHERE a.status IN ('Reserved', 'Checked In') AND b.status IN ('Reserved', 'Checked In') \
         AND a.check_in < b.check_out AND b.check_in < a.check_out \
         AND min(a.check_out, b.check_out) > date('now')",
    ),
    (
        "a room is Occupied if and only if exactly one guest is checked in there",
        "SELECT r.number || ' is ' || r.status FROM rooms r WHERE (r.status = 'Occupied') <> \
         ((SELECT count(*) FROM bookings b WHERE b.room_id = r.id AND b.status = 'Checked In') = 1)",
    ),
    (
        "two guests are checked in to a room",
        "SELECT room_id FROM bookings WHERE status = 'Checked In' GROUP BY room_id HAVING count(*) > 1",
    ),
    (
        "the room's current guest is the one who is checked in there",
        "SELECT r.number FROM rooms r LEFT JOIN bookings b ON b.room_id = r.id AND b.status = 'Checked In' \
         WHERE r.current_guest IS NOT b.guest_id",
    ),
    (
        "a stay has at most one payment that was not refunded",
        "SELECT booking FROM intents i WHERE status = 'succeeded' AND NOT EXISTS (SELECT 1 FROM refunds f WHERE f.status NOT IN ('failed', 'canceled') AND \
         f.intent = i.id) GROUP BY booking HAVING count(*) > 1",
    ),
    (
        PAID_EXACTLY,
        "SELECT b.number FROM bookings b WHERE b.status = 'Checked Out' AND \
         (SELECT ifnull(sum(i.amount_cents), 0) FROM intents i WHERE i.booking = b.number AND i.status = 'succeeded' \
          AND NOT EXISTS (SELECT 1 FROM refunds f WHERE f.status NOT IN ('failed', 'canceled') AND f.intent = i.id)) <> \
         CASE WHEN EXISTS (SELECT 1 FROM payment_transactions t WHERE t.booking_id = b.id AND t.kind = 'Refund' \
                AND t.id = (SELECT max(id) FROM payment_transactions WHERE booking_id = b.id)) THEN 0 ELSE \
         price_of(b.prices, CAST(julianday(b.check_out) - julianday(b.check_in) AS INTEGER), \
                  (SELECT rate_cents FROM rooms r WHERE r.id = b.room_id)) END",
    ),
    (
        "a stay that did not end has no payment that stands",
        "SELECT b.number FROM bookings b JOIN intents i ON i.booking = b.number WHERE b.status <> 'Checked Out' \
         AND i.status = 'succeeded' AND NOT EXISTS (SELECT 1 FROM refunds f WHERE f.status NOT IN ('failed', 'canceled') AND f.intent = i.id)",
    ),
    (
        "a payment that stands is recorded with its booking and its amount",
        "SELECT i.id FROM intents i WHERE i.status = 'succeeded' \
         AND NOT EXISTS (SELECT 1 FROM refunds f WHERE f.status NOT IN ('failed', 'canceled') AND f.intent = i.id) AND NOT EXISTS \
         (SELECT 1 FROM payment_transactions t JOIN bookings b ON b.id = t.booking_id WHERE t.intent_id = i.id \
          AND t.kind = 'Charge' AND t.amount_cents = i.amount_cents AND b.number = i.booking)",
    ),
    (
        "what is recorded of money is what happened to it",
        "SELECT t.intent_id || ' ' || t.kind FROM payment_transactions t WHERE t.intent_id NOT LIKE 'complimentary %' AND CASE t.kind \
         WHEN 'Charge' THEN NOT EXISTS (SELECT 1 FROM intents i WHERE i.id = t.intent_id AND i.status = 'succeeded') \
         WHEN 'Refund' THEN NOT EXISTS (SELECT 1 FROM refunds f WHERE f.status NOT IN ('failed', 'canceled') AND f.intent = t.intent_id \
                                        AND f.amount_cents = t.amount_cents) ELSE 1 END",
    ),
    (
        "more was refunded than was paid",
        "SELECT intent FROM refunds f WHERE status NOT IN ('failed', 'canceled') GROUP BY intent HAVING sum(f.amount_cents) > \
         (SELECT amount_cents FROM intents i WHERE i.id = f.intent AND i.status = 'succeeded')",
    ),
    (
        "the sale follows its bookings",
        "SELECT o.name || ' is ' || o.stage || ': ' || group_concat(b.number || ' ' || b.status) \
         FROM opportunities o JOIN bookings b ON b.opportunity_id = o.id GROUP BY o.id HAVING NOT CASE o.stage \
         WHEN 'Booking Confirmed' THEN max(b.status = 'Reserved') AND NOT max(b.status IN ('Checked In', 'Checked Out')) \
         WHEN 'Checked In' THEN max(b.status IN ('Reserved', 'Checked In')) AND max(b.status IN ('Checked In', 'Checked Out')) \
         WHEN 'Closed Won' THEN NOT max(b.status IN ('Reserved', 'Checked In')) AND max(b.status = 'Checked Out') \
                                AND o.payment_id IS NOT NULL \
         WHEN 'Closed Lost' THEN NOT max(b.status IN ('Reserved', 'Checked In')) AND max(b.status IN ('Cancelled', 'No Show')) \
         WHEN 'Negotiation/Review' THEN max(EXISTS (SELECT 1 FROM payment_transactions t WHERE t.booking_id = b.id \
                                                    AND t.kind = 'Refund')) ELSE 0 END",
    ),
    (
        "a sale has a booking",
        "SELECT name FROM opportunities o WHERE id NOT IN (SELECT opportunity_id FROM bookings)",
    ),
    ("a message was sent twice", "SELECT key FROM messages GROUP BY key HAVING count(*) > 1"),
    (
        "a message was sent that no call staged",
        "SELECT key FROM messages WHERE key NOT IN (SELECT key FROM outbox)",
    ),
    ("a call is still running", "SELECT id || ' ' || tool FROM calls WHERE outcome = 'running'"),
    (
        ATTENTION,
        "SELECT id || ' ' || tool || ' ' || answer FROM calls WHERE outcome = 'needs_attention' AND resolved_at IS NULL",
    ),
    (
        "a lock is held by nobody",
        "SELECT key FROM locks WHERE call IN (SELECT id FROM calls WHERE outcome <> 'running')",
    ),
];

/// Adds an SQL function, `price_of(prices, nights, rate)`: the price of so many nights, at least one. A night without an
/// agreed price costs the rate.
pub(crate) fn knows_prices(c: &Connection) {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let price = |asked: &rusqlite::functions::Context<'_>| {
        let (prices, nights, rate) = (asked.get::<Prices>(0)?, asked.get::<u32>(1)?, asked.get::<Cents>(2)?);
        let price = |night| prices.of_night(night).unwrap_or(rate);
        Ok((0..nights.max(1)).map(price).fold(Cents(0), Cents::plus))
    };
    c.create_scalar_function("price_of", 3, flags, price).expect("a function");
}

/// The files of a hotel, read beside its servers.
pub struct Books {
    all: Connection,
    /// The fakes that the hotel runs on, if any, and their state when they were last mirrored.
    systems: Option<(Arc<Systems>, Cell<u64>)>,
}

impl Books {
    /// Opens all four files of the hotel as one.
    ///
    /// # Panics
    /// When no server has made the files yet.
    #[must_use]
    pub fn open(world: &World) -> Self {
        world.copy_journal();
        if let Some(systems) = &world.systems {
            assert!(world.data().join("journal.db").exists(), "journal.db was never made");
            let seen = Cell::new(systems.revision());
            return Self { all: systems.mirror(&world.data()), systems: Some((Arc::clone(systems), seen)) };
        }
        Self::at(&world.data())
    }

    /// Opens the files of an embedded hotel in a folder.
    ///
    /// # Panics
    /// When no server has made the files yet.
    #[must_use]
    pub fn at(data: &Path) -> Self {
        let all = Connection::open(data.join("hotel.db")).expect("hotel.db");
        knows_prices(&all);
        for name in ["payments", "journal", "messages"] {
            let path = data.join(format!("{name}.db"));
            assert!(path.exists(), "{name}.db was never made");
            all.execute(&format!("ATTACH ? AS {name}"), [path.to_str().expect("a path")]).expect("attached");
        }
        Self { all, systems: None }
    }

    /// The files as they are now; the fakes are mirrored again if they have changed.
    fn all(&self) -> &Connection {
        if let Some((systems, seen)) = &self.systems {
            let now = systems.revision();
            if seen.replace(now) != now {
                systems.fill(&self.all);
            }
        }
        &self.all
    }

    /// Checks all invariants. The hotel must be at rest.
    ///
    /// # Panics
    /// With every rule that is broken, and the rows that break it.
    pub fn are_in_order(&self) {
        let broken = self.broken_rules();
        assert!(broken.is_empty(), "the hotel is not in order:\n{}", broken.join("\n"));
        self.are_whole();
    }

    /// Checks that no file is damaged.
    ///
    /// # Panics
    /// With the file that is damaged.
    pub fn are_whole(&self) {
        for check in ["main", "payments", "journal", "messages"] {
            assert_eq!(
                self.texts(&format!("PRAGMA {check}.integrity_check")),
                ["ok"],
                "{check}.db is damaged"
            );
        }
    }

    /// The broken rules, each with the rows that break it.
    #[must_use]
    pub fn broken_rules(&self) -> Vec<String> {
        let all = self.all();
        let rows = RULES.iter().map(|(rule, query)| (rule, texts(all, query)));
        let broken = rows.filter(|(_, rows)| !rows.is_empty());
        broken.map(|(rule, rows)| format!("{rule}: {}", rows.join("; "))).collect()
    }

    /// The first column of a query's rows, as texts.
    ///
    /// # Panics
    /// When the query is not one.
    #[must_use]
    pub fn texts(&self, query: &str) -> Vec<String> {
        texts(self.all(), query)
    }

    /// The number that a query returns.
    ///
    /// # Panics
    /// When it answers none.
    #[must_use]
    pub fn count(&self, query: &str) -> i64 {
        self.all().query_row(query, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{error}: {query}"))
    }

    /// All rows of the hotel itself: if two dumps are equal, nothing was changed.
    ///
    /// # Panics
    /// When a table cannot be read.
    #[must_use]
    pub fn dump(&self) -> Vec<String> {
        let tables = [
            "contacts",
            "rooms",
            "opportunities",
            "bookings",
            "cases",
            "payment_transactions",
            "intents",
            "refunds",
        ];
        tables
            .iter()
            .flat_map(|table| self.rows(&format!("SELECT '{table}', * FROM {table} ORDER BY 2")))
            .collect()
    }

    /// The rows of a query, each as one text.
    ///
    /// # Panics
    /// When the query is not one.
    #[must_use]
    pub fn rows(&self, query: &str) -> Vec<String> {
        let mut statement = self.all().prepare(query).unwrap_or_else(|error| panic!("{error}: {query}"));
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            (0..columns).map(|i| row.get::<_, rusqlite::types::Value>(i)).collect::<Result<Vec<_>, _>>()
        };
        let found = statement.query_map([], row).expect("rows");
        found.map(|row| format!("{:?}", row.expect("a row"))).collect()
    }
}

fn texts(all: &Connection, query: &str) -> Vec<String> {
    let mut statement = all.prepare(query).unwrap_or_else(|error| panic!("{error}: {query}"));
    let text = |row: &rusqlite::Row<'_>| {
        row.get::<_, rusqlite::types::Value>(0).map(|value| match value {
            rusqlite::types::Value::Text(text) => text,
            other => format!("{other:?}"),
        })
    };
    statement.query_map([], text).expect("rows").collect::<Result<_, _>>().expect("texts")
}
