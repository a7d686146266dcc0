//! The model: the rules of the hotel, written a second time. A few plain lists in memory, and what each call does to them.
//! It shares no code with the servers; it knows only the names of the steps at which a system may refuse.

mod bookings;
mod cases;
mod charging;
mod checkout;
mod compensation;
mod reads;
mod rooms;
mod seed;
mod shares;
mod stays;
mod tokens;

use crate::model::calls::{Day, Step, Who, Word};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use tests::day;
use tokens::Bound;

/// What a call answers: the fields that matter of a success, or the code of a refusal.
pub(crate) type Answer = Result<Value, &'static str>;

/// Why a call did not succeed, and what that means for its token.
pub(super) enum No {
    /// Nothing was done: the token is free.
    Refused(&'static str),
    /// Something was done and undone: the token stands for this answer.
    Undone(&'static str),
    /// A person must look: the token stands for that.
    Stuck,
    /// The guest's bank asks first: the token stands for this payment.
    Waiting(Awaited),
}

impl From<&'static str> for No {
    fn from(code: &'static str) -> Self {
        Self::Refused(code)
    }
}

pub(super) type Ended = Result<Value, No>;

/// A checkout whose guest is at the bank.
#[derive(Debug, Clone, Copy)]
pub(super) struct Awaited {
    booking: usize,
    payment: usize,
    /// How it is paid, if it has to be asked for anew.
    terms: Terms,
}

/// How a checkout pays, and how far it has come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    card: Word,
    /// What the guest agreed to.
    amount: Option<i64>,
    /// How many intents it asked for that were not the one to pay: a fault strikes only the first.
    passed: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Room {
    status: Word,
    occupant: Option<Word>,
    rate: i64,
    sleeps: u8,
}

#[derive(Debug, Clone)]
pub(super) struct Booking {
    guest: Word,
    room: Word,
    from: Day,
    to: Day,
    planned: Day,
    guests: u8,
    requests: Option<Word>,
    status: Word,
    /// The price of each night, in cents.
    prices: Vec<i64>,
    /// What was paid for it.
    paid: Option<i64>,
    sale: usize,
}

impl Booking {
    fn active(&self) -> bool {
        matches!(self.status, "Reserved" | "Checked In")
    }
    /// Whether it holds one of these nights; a guest who should have left holds tonight.
    fn holds(&self, from: Day, to: Day) -> bool {
        let overstays = self.status == "Checked In" && self.to < 0 && from <= 0;
        self.active() && self.from < to && (self.to > from || overstays)
    }
    /// What it costs: what was paid, once the guest has left, else the nights as agreed.
    fn price(&self) -> i64 {
        match self.paid {
            Some(paid) if self.status == "Checked Out" => paid,
            _ => self.prices.iter().sum(),
        }
    }
    /// What was agreed for other nights: those that stay keep their price, the others cost the room's rate.
    fn prices_for(&self, from: Day, to: Day, rate: i64) -> Vec<i64> {
        let kept =
            |day: Day| usize::try_from(day - self.from).ok().and_then(|at| self.prices.get(at).copied());
        (from..to).map(|day| kept(day).unwrap_or(rate)).collect()
    }
}

#[derive(Debug, Clone)]
pub(super) struct Sale {
    stage: Word,
    amount: i64,
    payment: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Money {
    Unpaid,
    Awaited,
    Paid,
    Refunded,
    GivenUp,
}

/// A stay's payment intent: one per booking and number of its intents that had ended.
#[derive(Debug, Clone)]
pub(super) struct Paying {
    booking: usize,
    folio: i64,
    number: usize,
    money: Money,
    /// It went back because the records refused to close the stay.
    closing_refused: bool,
    /// The hotel's records know it was paid, and whether it went back.
    charged: bool,
    given_back: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Case {
    kind: Word,
    status: Word,
    priority: Word,
    room: Word,
    guest: Option<Word>,
    booking: Option<usize>,
    text: Word,
    today: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    kind: Word,
    texts: Option<Word>,
}

/// The hotel.
#[derive(Clone)]
pub(crate) struct Hotel {
    people: BTreeMap<Word, Person>,
    rooms: BTreeMap<Word, Room>,
    bookings: Vec<Booking>,
    sales: Vec<Sale>,
    payments: Vec<Paying>,
    cases: Vec<Case>,
    /// The numbers texts go to.
    pub(crate) texts: Vec<Word>,
    tokens: HashMap<(Who, String), Bound>,
    /// What is in the way of the call at hand.
    hitch: Hitch,
    /// What staff were told who undid a checkout in the middle.
    pub(crate) undone: Option<Value>,
    /// The records keep the amount of a sale alone: its bookings and their nights share it.
    shares: bool,
    /// How many calls need a person.
    pub(crate) attention: i64,
}

/// What gets in a call's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hitch {
    None,
    /// One of the systems says no to this step.
    Refuses(&'static str),
    /// Staff undo the checkout after it was paid, before it closed the stay.
    UndonePaid,
    /// Staff undo the checkout after it closed the stay, before it knew.
    UndoneClosed,
}

pub(super) fn number(booking: usize) -> String {
    format!("BK-{:04}", booking + 1)
}

impl Hotel {
    /// Makes a call.
    pub(crate) fn ask(&mut self, step: &Step, token: Option<&str>, hitch: Hitch) -> Answer {
        self.hitch = hitch;
        let ask = tokens::bind(step.who, &step.ask)?;
        if ask.reads() {
            return self.read(&ask);
        }
        self.write(step.who, &ask, token)
    }

    /// A system was told to say no to this step.
    fn asks_a_system(&self, step: &str) -> Result<(), &'static str> {
        match self.hitch {
            Hitch::Refuses(refused) if refused == step => Err("INVALID_TRANSITION"),
            _ => Ok(()),
        }
    }

    fn person(&self, email: Word) -> Result<&Person, &'static str> {
        self.people.get(email).ok_or("GUEST_NOT_FOUND")
    }

    fn room(&self, number: Word) -> Result<&Room, &'static str> {
        self.rooms.get(number).ok_or("ROOM_NOT_FOUND")
    }

    fn room_mut(&mut self, number: Word) -> &mut Room {
        self.rooms.get_mut(number).expect("a room that was found")
    }

    /// The booking of this number, as far as the caller may see it.
    fn booking(&self, wanted: Word, seen_by: Option<Word>) -> Result<usize, &'static str> {
        let found = self.bookings.iter().enumerate().position(|(at, _)| number(at) == wanted);
        found
            .filter(|at| seen_by.is_none_or(|guest| self.bookings[*at].guest == guest))
            .ok_or("BOOKING_NOT_FOUND")
    }

    /// Nobody but `except` holds one of these nights.
    fn expect_free(&self, room: Word, from: Day, to: Day, except: Option<usize>) -> Result<(), &'static str> {
        let holds = |b: &Booking| b.room == room && b.holds(from, to);
        let taken = self.bookings.iter().enumerate().any(|(at, b)| Some(at) != except && holds(b));
        if taken { Err("ROOM_ALREADY_BOOKED") } else { Ok(()) }
    }

    /// Whether another booking of the same sale is still open.
    fn others_open(&self, booking: usize) -> bool {
        let sale = self.bookings[booking].sale;
        self.bookings.iter().enumerate().any(|(at, b)| at != booking && b.sale == sale && b.active())
    }

    /// Whether another booking of the same sale contributes to it.
    fn others_count(&self, booking: usize) -> bool {
        let sale = self.bookings[booking].sale;
        let counts = |b: &Booking| b.sale == sale && (b.active() || b.status == "Checked Out");
        self.bookings.iter().enumerate().any(|(at, b)| at != booking && counts(b))
    }

    fn text(&mut self, guest: Word) {
        self.texts.extend(self.people.get(guest).and_then(|person| person.texts));
    }

    /// What an agent is told of a booking.
    fn view(&self, at: usize) -> Value {
        let b = &self.bookings[at];
        let mut view = json!({
            "booking_number": number(at), "status": b.status, "guest_email": b.guest, "room_number": b.room,
            "check_in_date": day(b.from), "check_out_date": day(b.to), "number_of_guests": b.guests,
        });
        let told = b.status != "Checked Out" && !self.has_no_share(at);
        if told && b.prices.iter().all(|price| *price == b.prices[0]) {
            view["nightly_rate_cents"] = b.prices[0].into();
        }
        match b.status {
            "Reserved" | "Checked Out" => view["folio_cents"] = b.price().into(),
            "Checked In" => view["folio_cents"] = self.folio(at).into(),
            _ => {}
        }
        view
    }

    /// What leaving today costs: at least one night.
    fn folio(&self, at: usize) -> i64 {
        let b = &self.bookings[at];
        b.prices_for(b.from, b.from.saturating_add((-b.from).max(1)), self.rooms[b.room].rate).iter().sum()
    }
}

/// A view with more fields.
pub(super) fn and(mut view: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().into_iter().flatten() {
        view[name] = value.clone();
    }
    view
}
