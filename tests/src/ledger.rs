//! The books as a person would keep them: without ids, keys and times, so that two hotels with the same history have equal
//! books.

use crate::Books;

/// What is compared of each thing. A payment is compared by what is left of it: one that was refunded in full does not
/// count.
const HELD: &[&str] = &[
    "SELECT json_array('contact', email, first_name, last_name, phone, contact_type, prefers) FROM contacts ORDER BY email",
    "SELECT json_array('room', number, status, (SELECT email FROM contacts c WHERE c.id = current_guest)) FROM rooms \
     ORDER BY number",
    "SELECT json_array('sale', c.email, o.name, o.stage, o.amount_cents, o.arrival, o.departure, o.close_date, \
     o.payment_id IS NOT NULL) FROM opportunities o JOIN contacts c ON c.id = o.contact_id ORDER BY o.id",
    "SELECT json_array('booking', b.number, c.email, r.number, b.check_in, b.check_out, b.planned_check_out, b.guests, \
     b.special_requests, b.status, b.prices, o.name) FROM bookings b JOIN contacts c ON c.id = b.guest_id \
     JOIN rooms r ON r.id = b.room_id JOIN opportunities o ON o.id = b.opportunity_id ORDER BY b.number",
    "SELECT json_array('case', s.number, c.email, r.number, b.number, s.case_type, s.status, s.priority, s.origin, \
     s.subject, s.description, s.closed_at IS NOT NULL) FROM cases s LEFT JOIN contacts c ON c.id = s.contact_id \
     LEFT JOIN rooms r ON r.id = s.room_id LEFT JOIN bookings b ON b.id = s.booking_id ORDER BY s.number",
    "SELECT json_array('recorded', b.number, t.kind, t.amount_cents) FROM payment_transactions t \
     JOIN bookings b ON b.id = t.booking_id ORDER BY b.number, t.id",
    "SELECT json_array('paid', booking, sum(left)) FROM (SELECT booking, amount_cents - (SELECT \
     ifnull(sum(amount_cents), 0) FROM refunds f WHERE f.intent = i.id) AS left FROM intents i \
     WHERE status = 'succeeded') WHERE left <> 0 GROUP BY booking ORDER BY booking",
];

/// The differences of two ledgers.
pub(crate) fn difference(expected: &[String], found: &[String]) -> String {
    let only = |these: &[String], those: &[String]| -> String {
        these.iter().filter(|row| !those.contains(row)).map(String::as_str).collect::<Vec<_>>().join(" ")
    };
    format!("not {}; but {}", only(expected, found), only(found, expected))
}

impl Books {
    /// Everything that people would notice, except texts.
    #[must_use]
    pub fn ledger(&self) -> Vec<String> {
        HELD.iter().flat_map(|query| self.texts(query)).collect()
    }

    /// The texts that were sent.
    #[must_use]
    pub fn texts_sent(&self) -> Vec<String> {
        self.texts(
            "SELECT json_array('text', to_number, body) FROM messages.messages ORDER BY to_number, body",
        )
    }
}
