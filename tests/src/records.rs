//! Behind the scenes: reads from the hotel's files what agents never see (the sale, texts, the processor's own books), and
//! writes scenes that no tool can set (a guest who should have left yesterday) before a server starts.

use crate::World;
use rusqlite::{Connection, Params, params};
use skills::settings::Settings;
use skills::systems::Hotel;

/// A room as the hotel's records have it.
#[derive(Debug, PartialEq, Eq)]
pub struct RoomRecord {
    /// Its status.
    pub status: String,
    /// The e-mail of who is in it.
    pub occupant: Option<String>,
}

impl World {
    /// The hotel, opened in this process, to run skills that are not tools. It is made and seeded if it does not exist yet.
    ///
    /// # Panics
    /// When it cannot be opened.
    #[must_use]
    pub fn hotel(&self) -> Hotel {
        let data = self.data();
        let env = self.systems().map(crate::Systems::env).unwrap_or_default();
        let get = |name: &str| {
            let given = env.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
            given.or_else(|| (name == "HOTEL_DATA").then(|| data.display().to_string()))
        };
        let settings = Settings::read(get).expect("settings");
        Hotel::open(&settings).expect("a hotel")
    }

    /// Sets a scene by one statement on the hotel's records, before a server starts. It must change something.
    ///
    /// # Panics
    /// When the statement fails, or changes nothing.
    #[must_use]
    pub fn with_records(self, sql: &str, params: impl Params) -> Self {
        if self.systems.is_none() {
            drop(self.hotel()); // seeded for today, so that no server dates it anew
        }
        self.alter("hotel.db", sql, params);
        self
    }

    /// Moves a booking's dates by days: negative for a guest who is late or overstays.
    #[must_use]
    pub fn with_booking_moved(self, booking: &str, days: i64) -> Self {
        let sql = "UPDATE bookings SET check_in = date(check_in, ?2), check_out = date(check_out, ?2), \
                   planned_check_out = date(planned_check_out, ?2) WHERE number = ?1";
        self.with_records(sql, params![booking, format!("{days} days")])
    }

    /// Sets a booking's status, as if it had been changed on another day.
    #[must_use]
    pub fn with_booking_status(self, booking: &str, status: &str) -> Self {
        self.with_records("UPDATE bookings SET status = ?2 WHERE number = ?1", params![booking, status])
    }

    /// Gives a booking to another guest.
    #[must_use]
    pub fn with_booking_of(self, booking: &str, guest: &str) -> Self {
        let sql =
            "UPDATE bookings SET guest_id = (SELECT id FROM contacts WHERE email = ?2) WHERE number = ?1";
        self.with_records(sql, params![booking, guest])
    }

    /// Sets a room's status and occupant.
    #[must_use]
    pub fn with_room(self, room: &str, status: &str, occupant: Option<&str>) -> Self {
        let sql = "UPDATE rooms SET status = ?2, current_guest = (SELECT id FROM contacts WHERE email = ?3) \
                   WHERE number = ?1";
        self.with_records(sql, params![room, status, occupant])
    }

    /// The stage of a booking's sale.
    #[must_use]
    pub fn stage(&self, booking: &str) -> String {
        self.sale(booking, "o.stage")
    }

    /// The payment that closed a booking's sale.
    #[must_use]
    pub fn sale_payment(&self, booking: &str) -> Option<String> {
        self.sale(booking, "o.payment_id")
    }

    /// The day on which a booking's sale was closed, or is expected to be.
    #[must_use]
    pub fn close_date(&self, booking: &str) -> String {
        self.sale(booking, "o.close_date")
    }

    /// The amount of a booking's sale, in cents.
    #[must_use]
    pub fn sale_cents(&self, booking: &str) -> i64 {
        self.sale(booking, "o.amount_cents")
    }

    /// The status of a booking.
    #[must_use]
    pub fn booking_status(&self, booking: &str) -> String {
        self.sale(booking, "b.status")
    }

    /// The status and occupant of a room.
    #[must_use]
    pub fn room(&self, room: &str) -> RoomRecord {
        let sql = "SELECT r.status, c.email FROM rooms r LEFT JOIN contacts c ON c.id = r.current_guest WHERE r.number = ?";
        let read = |row: &rusqlite::Row<'_>| Ok(RoomRecord { status: row.get(0)?, occupant: row.get(1)? });
        self.open("hotel.db").query_row(sql, [room], read).expect("a room")
    }

    /// How many rows a table of the hotel's records has.
    #[must_use]
    pub fn rows(&self, table: &str) -> i64 {
        self.count("hotel.db", &format!("SELECT count(*) FROM {table}"), [])
    }

    /// How many payments of a booking the processor has taken and not refunded.
    #[must_use]
    pub fn payments_kept(&self, booking: &str) -> i64 {
        let sql = "SELECT count(*) FROM intents i WHERE booking = ? AND charge_id IS NOT NULL \
                   AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.status NOT IN ('failed', 'canceled') AND r.intent = i.id)";
        self.count("payments.db", sql, [booking])
    }

    /// How many payments of a booking the processor has taken, refunded or not.
    #[must_use]
    pub fn payments_taken(&self, booking: &str) -> i64 {
        let sql = "SELECT count(*) FROM intents WHERE booking = ? AND charge_id IS NOT NULL";
        self.count("payments.db", sql, [booking])
    }

    /// How many refunds the processor made for a booking.
    #[must_use]
    pub fn refunds(&self, booking: &str) -> i64 {
        let sql = "SELECT count(*) FROM refunds r JOIN intents i ON i.id = r.intent WHERE i.booking = ?";
        self.count("payments.db", sql, [booking])
    }

    /// The e-mail that the processor sends the receipts of a booking's paid intents to, if any.
    #[must_use]
    pub fn receipts_by_mail(&self, booking: &str) -> Vec<Option<String>> {
        let sql = "SELECT receipt_email FROM intents WHERE booking = ? AND charge_id IS NOT NULL";
        self.list("payments.db", sql, [booking])
    }

    /// The numbers texts were sent to, in order.
    #[must_use]
    pub fn texted(&self) -> Vec<String> {
        self.list("messages.db", "SELECT to_number FROM messages ORDER BY id", [])
    }

    /// How many bytes the journal stores of a step, in each call of a tool.
    #[must_use]
    pub fn step_sizes(&self, tool: &str, step: &str) -> Vec<i64> {
        let sql = "SELECT length(s.value) FROM steps s JOIN calls c ON c.id = s.call WHERE c.tool = ? AND s.name = ?";
        self.list("journal.db", sql, [tool, step])
    }

    /// Changes one of the hotel's files behind its servers' backs. It must change something.
    ///
    /// # Panics
    /// When the statement fails, or changes nothing.
    pub fn alter(&self, file: &str, sql: &str, params: impl Params) {
        let all = self.open(file);
        let change = || all.execute(sql, params).expect("a statement");
        let changed = match self.systems() {
            Some(systems) if file == "hotel.db" => systems.through_the_mirror(&all, change),
            Some(_) if file != "journal.db" => panic!("{file} is not this hotel's"),
            _ => change(),
        };
        assert!(changed > 0, "nothing was changed by: {sql}");
    }

    fn open(&self, file: &str) -> Connection {
        self.copy_journal();
        if let Some(systems) = self.systems().filter(|_| file != "journal.db") {
            return systems.mirror(&self.data());
        }
        let path = self.data().join(file);
        let tables =
            |c: Connection| c.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
        let is_made =
            path.exists() && Connection::open(&path).and_then(tables).is_ok_and(|tables| tables > 0);
        if !is_made {
            drop(self.hotel()); // no server has made it yet, or one is about to
        }
        Connection::open(path).expect("a data file")
    }

    fn sale<T: rusqlite::types::FromSql>(&self, booking: &str, column: &str) -> T {
        let sql = format!(
            "SELECT {column} FROM bookings b JOIN opportunities o ON o.id = b.opportunity_id WHERE b.number = ?"
        );
        self.open("hotel.db").query_row(&sql, [booking], |row| row.get(0)).expect("a booking")
    }

    fn count(&self, file: &str, sql: &str, params: impl Params) -> i64 {
        self.open(file).query_row(sql, params, |row| row.get(0)).expect("a count")
    }

    pub(crate) fn list<T: rusqlite::types::FromSql>(
        &self,
        file: &str,
        sql: &str,
        params: impl Params,
    ) -> Vec<T> {
        let connection = self.open(file);
        let mut statement = connection.prepare(sql).expect("a statement");
        let rows = statement.query_map(params, |row| row.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("rows")
    }
}
