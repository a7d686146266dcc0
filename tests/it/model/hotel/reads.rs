//! What is answered to who looks, and what the hotel's files must hold.

use super::{Answer, Booking, Hotel, Money, number};
use crate::model::calls::{Ask, Day, Word};
use serde_json::{Value, json};
use tests::day;

impl Hotel {
    pub(super) fn read(&self, ask: &Ask) -> Answer {
        match *ask {
            Ask::FreeRooms { from, to, guests } => self.free_rooms(from, to, guests),
            Ask::BookingsOfGuest { guest, filter } => {
                let wanted = |b: &Booking| {
                    let kind = match b.status {
                        "Reserved" => "Upcoming",
                        "Checked In" => "Current",
                        _ => "Past",
                    };
                    let fits = filter.map_or(b.active(), |filter| filter == "All" || filter == kind);
                    Some(b.guest) == guest && fits
                };
                Ok(self.list_bookings(wanted))
            }
            Ask::Bookings { guest, room, status } => {
                let is = |wanted: Option<Word>, is: Word| wanted.is_none_or(|wanted| wanted == is);
                Ok(self.list_bookings(|b| is(guest, b.guest) && is(room, b.room) && is(status, b.status)))
            }
            Ask::CasesOfGuest { guest } => {
                let cases = self.cases_of(guest.unwrap_or_default());
                Ok(
                    json!({"cases": cases.iter().map(|case| json!({"case_number": case})).collect::<Vec<_>>()}),
                )
            }
            Ask::Rooms { status } => {
                let shown =
                    self.rooms.iter().filter(|(_, room)| status.is_none_or(|status| status == room.status));
                let row = |(number, room): (&Word, &super::Room)| {
                    let mut row = json!({"room_number": number, "status": room.status});
                    if let Some(occupant) = room.occupant {
                        row["occupant"] = json!({"guest_email": occupant});
                    }
                    row
                };
                Ok(json!({"rooms": shown.map(row).collect::<Vec<_>>()}))
            }
            _ => unreachable!("a write"),
        }
    }

    /// Newest first.
    fn list_bookings(&self, wanted: impl Fn(&Booking) -> bool) -> Value {
        let found = (0..self.bookings.len()).rev().filter(|at| wanted(&self.bookings[*at]));
        json!({"bookings": found.map(|at| self.view(at)).collect::<Vec<_>>()})
    }

    fn free_rooms(&self, from: Day, to: Day, guests: Option<u8>) -> Answer {
        if from < 0 || to <= from {
            return Err("INVALID_DATES");
        }
        let free = self.rooms.iter().filter(|(number, room)| {
            room.status != "Out of Service"
                && (room.status != "Maintenance" || from > 0)
                && guests.is_none_or(|guests| guests <= room.sleeps)
                && self.expect_free(number, from, to, None).is_ok()
        });
        let row = |(number, room): (&Word, &super::Room)| json!({"room_number": number, "total_price_cents": room.rate * (to - from)});
        Ok(json!({"rooms": free.map(row).collect::<Vec<_>>()}))
    }

    /// The hotel as its files must hold it, line by line; `stage.rs` reads the same lines.
    pub(crate) fn written(&self) -> Vec<String> {
        let mut lines = vec![];
        for (number, room) in &self.rooms {
            lines.push(format!("room {number} {} {}", room.status, room.occupant.unwrap_or("-")));
        }
        for (at, b) in self.bookings.iter().enumerate() {
            let sale = &self.sales[b.sale];
            let (from, to, planned) = (day(b.from), day(b.to), day(b.planned));
            lines.push(format!(
                "booking {} {} room {} of {} {from} {to} {planned} x{} {} at {} sale {} {} {}",
                number(at),
                b.status,
                b.room,
                b.guest,
                b.guests,
                b.requests.unwrap_or("-"),
                written(&b.prices),
                sale.stage,
                sale.amount,
                if sale.payment.is_some() { "paid" } else { "-" },
            ));
            for paying in self.payments.iter().filter(|p| p.booking == at) {
                let status = match paying.money {
                    Money::Unpaid => "requires_payment_method 0",
                    Money::Awaited => "requires_action 0",
                    Money::Paid => "succeeded 0",
                    Money::Refunded => "succeeded 1",
                    Money::GivenUp => "canceled 0",
                };
                let (charged, given_back) = (u8::from(paying.charged), u8::from(paying.given_back));
                let folio = paying.folio;
                lines
                    .push(format!("payment {} {folio} {status} recorded {charged} {given_back}", number(at)));
            }
        }
        lines.extend(self.cases_written().into_iter().map(|line| format!("case {line}")));
        lines.extend(self.people.iter().map(|(email, person)| format!("person {email} {}", person.kind)));
        let mut texts: Vec<_> = self.texts.iter().map(|number| format!("text {number}")).collect();
        lines.append(&mut texts);
        lines.sort();
        lines
    }
}

/// Prices as the hotel writes them: `149.99x2,199.99`.
fn written(prices: &[i64]) -> String {
    let same = prices.chunk_by(|a, b| a == b).map(|same| {
        let price = format!("{}.{:02}", same[0] / 100, same[0] % 100);
        if same.len() > 1 { format!("{price}x{}", same.len()) } else { price }
    });
    same.collect::<Vec<_>>().join(",")
}
