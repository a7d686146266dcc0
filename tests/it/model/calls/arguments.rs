//! A request as JSON.

use super::{Ask, Day, Payment, Word};
use serde_json::{Map, Value, json};
use tests::day;

impl Ask {
    /// The arguments as a client gives them; `id_of` knows the processor's name for a payment.
    pub(crate) fn arguments(&self, id_of: impl Fn(Payment) -> String) -> Value {
        let mut given = Given::default();
        match *self {
            Self::CreateBooking { guest, named, room, from, to, guests, additional_to } => {
                given
                    .text("guest_email", guest)
                    .text("room_number", Some(room))
                    .number("number_of_guests", Some(guests));
                given.day("check_in_date", Some(from)).day("check_out_date", Some(to));
                given
                    .text("guest_first_name", named.then_some("Ada"))
                    .text("guest_last_name", named.then_some("Lovelace"))
                    .words("additional_to", additional_to);
            }
            Self::CheckIn { guest, date, booking, room } => {
                given.text("guest_email", guest).day("check_in_date", date);
                given.text("booking_number", booking).text("room_number", room);
            }
            Self::Checkout { guest, card, amount, booking, room } => {
                given
                    .text("guest_email", guest)
                    .text("payment_method_id", Some(card))
                    .number("amount_cents", amount);
                given.text("booking_number", booking).text("room_number", room);
            }
            Self::ManageBooking { booking, from, to, guests, requests, room, guest } => {
                given
                    .text("booking_number", Some(booking))
                    .day("check_in_date", from)
                    .day("check_out_date", to);
                given.number("number_of_guests", guests).text("special_requests", requests);
                given.text("room_number", room).text("guest_email", guest);
            }
            Self::CancelBooking { booking, no_show } => {
                given.text("booking_number", Some(booking)).flag("no_show", no_show);
            }
            Self::AssignRoom { booking, room } => {
                given.text("booking_number", Some(booking)).text("room_number", Some(room));
            }
            Self::ServiceRequest { guest, room, kind, text, additional_to } => {
                given.text("guest_email", guest).text("room_number", room);
                given.text("type", Some(kind)).text("description", Some(text));
                given.words("additional_to", additional_to);
            }
            Self::MaintenanceRequest { by, room, text, take, additional_to } => {
                given.text("staff_email", by).text("room_number", Some(room)).text("description", Some(text));
                given.flag("take_room_out_of_use", take).words("additional_to", additional_to);
            }
            Self::ManageCase { case, status, priority, room, text } => {
                given.text("case_number", Some(case)).text("status", status).text("priority", priority);
                given.text("room_number", room).text("description", text);
            }
            Self::CreateCase { room, kind, text, guest, additional_to } => {
                given.text("room_number", Some(room)).text("type", Some(kind));
                given.text("description", Some(text)).text("guest_email", guest);
                given.words("additional_to", additional_to);
            }
            Self::CreateContact { email } => {
                given
                    .text("email", Some(email))
                    .text("first_name", Some("Ada"))
                    .text("last_name", Some("Lovelace"));
            }
            Self::UpdateRoomStatus { room, status } => {
                given.text("room_number", Some(room)).text("status", Some(status));
            }
            Self::Compensate { payment, guest } => {
                given.text("guest_email", guest);
                given.0.insert("payment_intent_id".to_owned(), id_of(payment).into());
            }
            Self::FreeRooms { from, to, guests } => {
                given.day("check_in_date", Some(from)).day("check_out_date", Some(to));
                given.number("number_of_guests", guests).number("limit", Some(50));
            }
            Self::BookingsOfGuest { guest, filter } => {
                given.text("guest_email", guest).text("status_filter", filter).number("limit", Some(50));
            }
            Self::Bookings { guest, room, status } => {
                given.text("guest_email", guest).text("room_number", room).text("status_filter", status);
                given.number("limit", Some(50));
            }
            Self::CasesOfGuest { guest } => {
                given.text("guest_email", guest).text("status_filter", Some("All")).number("limit", Some(50));
            }
            Self::Rooms { status } => {
                given.text("status_filter", status).number("limit", Some(50));
            }
        }
        given.0.into()
    }
}

#[derive(Default)]
struct Given(Map<String, Value>);

impl Given {
    fn put(&mut self, name: &str, value: Option<Value>) -> &mut Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value);
        }
        self
    }
    fn text(&mut self, name: &str, text: Option<Word>) -> &mut Self {
        self.put(name, text.map(Value::from))
    }
    fn day(&mut self, name: &str, on: Option<Day>) -> &mut Self {
        self.put(name, on.map(|on| day(on).into()))
    }
    fn number(&mut self, name: &str, number: Option<impl Into<i64>>) -> &mut Self {
        self.put(name, number.map(|number| json!(number.into())))
    }
    fn words(&mut self, name: &str, words: &[Word]) -> &mut Self {
        self.put(name, (!words.is_empty()).then(|| json!(words)))
    }
    fn flag(&mut self, name: &str, on: bool) -> &mut Self {
        self.put(name, on.then_some(Value::Bool(true)))
    }
}
