//! Stories at random. The pools are small, so that calls meet.

mod pools;

use crate::model::calls::{Ask, Day, Fault, Payment, Step, Then, Who, Word};
use pools::{
    ADDITIONAL, ADDITIONAL_CASES, AMOUNTS, ARRIVING, BOOKINGS, BOUND, CARDS, CASES, FAULTS, GUESTS, ROOMS,
    STAYING, TEXTS, bookings_of,
};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

fn room() -> impl Strategy<Value = Word> {
    select(ROOMS)
}
fn booking() -> impl Strategy<Value = Word> {
    select(BOOKINGS)
}
fn text() -> impl Strategy<Value = Word> {
    select(TEXTS)
}
fn days() -> impl Strategy<Value = Day> {
    -1..=6_i64
}

/// Nights in order, mostly.
fn nights() -> impl Strategy<Value = (Day, Day)> {
    prop_oneof![12 => (0..=4_i64, 1..=3_i64).prop_map(|(from, nights)| (from, from + nights)), 1 => (days(), days())]
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![6 => Just(Who::Staff), 3 => Just(Who::Kiosk), 4 => select(BOUND).prop_map(Who::Guest)]
}

/// A bound guest seldom says who it is; anybody else mostly says whom it is about.
fn guest_of(who: Who) -> impl Strategy<Value = Option<Word>> {
    named(who, GUESTS)
}

fn named(who: Who, guests: &'static [Word]) -> impl Strategy<Value = Option<Word>> {
    let chance = if matches!(who, Who::Guest(_)) { 0.1 } else { 0.97 };
    weighted(chance, select(guests))
}

/// A guest, mostly one of those of whom it makes sense, and perhaps a booking, mostly that guest's.
fn likely(who: Who, guests: &'static [Word], booked: f64) -> BoxedStrategy<(Option<Word>, Option<Word>)> {
    let guest = prop_oneof![9 => named(who, guests), 1 => guest_of(who)];
    guest
        .prop_flat_map(move |guest| {
            let me = if let Who::Guest(me) = who { Some(me) } else { None };
            let theirs = select(bookings_of(guest.or(me).unwrap_or_default()));
            (Just(guest), weighted(booked, prop_oneof![5 => theirs, 1 => booking()]))
        })
        .boxed()
}

/// A guest, and the bookings a new one is said to be additional to: none, mostly that guest's, or any.
fn further(who: Who) -> BoxedStrategy<(Option<Word>, &'static [Word])> {
    guest_of(who)
        .prop_flat_map(move |guest| {
            let me = if let Who::Guest(me) = who { Some(me) } else { None };
            let theirs = bookings_of(guest.or(me).unwrap_or_default());
            let named = prop_oneof![5 => Just(&[][..]), 3 => Just(theirs), 2 => select(ADDITIONAL)];
            (Just(guest), named)
        })
        .boxed()
}

/// The cases a new one is said to be additional to, seldom any.
fn further_case() -> impl Strategy<Value = &'static [Word]> {
    prop_oneof![3 => Just(&[][..]), 1 => select(ADDITIONAL_CASES)]
}

/// A booking, mostly one of the guest who asks.
fn booking_for(who: Who) -> BoxedStrategy<Word> {
    match who {
        Who::Guest(me) => prop_oneof![5 => select(bookings_of(me)), 1 => booking()].boxed(),
        _ => booking().boxed(),
    }
}

fn people() -> impl Strategy<Value = u8> {
    prop_oneof![3 => 1..=2_u8, 1 => 3..=5_u8]
}

/// What guests may ask for, and staff too.
fn anybody(who: Who) -> BoxedStrategy<Ask> {
    let create = (further(who), any::<bool>(), room(), nights(), people()).prop_map(
        |((guest, additional_to), named, room, (from, to), guests)| Ask::CreateBooking {
            guest,
            named,
            room,
            from,
            to,
            guests,
            additional_to,
        },
    );
    let check_in = (likely(who, ARRIVING, 0.4), weighted(0.1, -1..=1_i64), weighted(0.05, room()))
        .prop_map(|((guest, booking), date, room)| Ask::CheckIn { guest, date, booking, room });
    let checkout =
        (likely(who, STAYING, 0.2), select(CARDS), weighted(0.1, select(AMOUNTS)), weighted(0.05, room()))
            .prop_map(|((guest, booking), card, amount, room)| Ask::Checkout {
                guest,
                card,
                amount,
                booking,
                room,
            });
    let request = (
        likely(who, STAYING, 0.01),
        weighted(0.2, room()),
        select(&["Housekeeping", "Room Service"][..]),
        text(),
        further_case(),
    )
        .prop_map(|((guest, _), room, kind, text, additional_to)| Ask::ServiceRequest {
            guest,
            room,
            kind,
            text,
            additional_to,
        });
    let free = (nights(), weighted(0.3, 1..=4_u8)).prop_map(|((from, to), guests)| Ask::FreeRooms {
        from,
        to,
        guests,
    });
    prop_oneof![
        4 => create,
        7 => check_in,
        12 => checkout,
        5 => manage(who),
        2 => cancel(who),
        1 => request,
        1 => free,
    ]
    .boxed()
}

fn manage(who: Who) -> impl Strategy<Value = Ask> {
    let staff = who.is_staff();
    let parts = (
        booking_for(who),
        weighted(0.15, days()),
        weighted(0.6, days()),
        weighted(0.2, people()),
        weighted(0.1, text()),
        weighted(0.25, room()),
        weighted(0.12, select(GUESTS)),
    );
    parts.prop_map(move |(booking, from, to, guests, requests, room, guest)| Ask::ManageBooking {
        booking,
        from,
        to,
        guests,
        requests,
        // These two are for staff to give.
        room: room.filter(|_| staff),
        guest: guest.filter(|_| staff),
    })
}

fn cancel(who: Who) -> impl Strategy<Value = Ask> {
    let staff = who.is_staff();
    (booking_for(who), proptest::bool::weighted(0.3))
        .prop_map(move |(booking, no_show)| Ask::CancelBooking { booking, no_show: no_show && staff })
}

/// What only staff may ask for.
fn staff_only() -> BoxedStrategy<Ask> {
    let states = &["Vacant", "Vacant", "Cleaning", "Maintenance", "Out of Service", "Occupied"][..];
    let assign = (booking(), room()).prop_map(|(booking, room)| Ask::AssignRoom { booking, room });
    let maintain = (weighted(0.1, select(GUESTS)), room(), text(), any::<bool>(), further_case()).prop_map(
        |(by, room, text, take, additional_to)| Ask::MaintenanceRequest {
            by,
            room,
            text,
            take,
            additional_to,
        },
    );
    let case = (
        select(CASES),
        weighted(0.7, select(&["New", "Working", "Escalated", "Closed"][..])),
        weighted(0.3, select(&["Low", "Urgent"][..])),
        weighted(0.1, room()),
        weighted(0.1, text()),
    )
        .prop_map(|(case, status, priority, room, text)| Ask::ManageCase {
            case,
            status,
            priority,
            room,
            text,
        });
    let kinds = &["Housekeeping", "Concierge"][..];
    let open = (room(), select(kinds), text(), weighted(0.5, select(GUESTS)), further_case()).prop_map(
        |(room, kind, text, guest, additional_to)| Ask::CreateCase { room, kind, text, guest, additional_to },
    );
    let contact = select(GUESTS).prop_map(|email| Ask::CreateContact { email });
    let state = (room(), select(states)).prop_map(|(room, status)| Ask::UpdateRoomStatus { room, status });
    prop_oneof![
        5 => assign,
        2 => maintain,
        2 => case,
        2 => open,
        1 => contact,
        6 => state,
        6 => compensate(),
        1 => weighted(0.7, select(states)).prop_map(|status| Ask::Rooms { status }),
        1 => (weighted(0.3, select(GUESTS)), weighted(0.3, room()), weighted(0.5, select(
            &["Reserved", "Checked In", "Checked Out", "Cancelled", "No Show"][..]
        ))).prop_map(|(guest, room, status)| Ask::Bookings { guest, room, status }),
    ]
    .boxed()
}

/// Mostly the latest payments, for the one who paid.
fn compensate() -> impl Strategy<Value = Ask> {
    let latest = prop_oneof![4 => Just(0_usize), 1 => 1..3_usize].prop_map(|back| Payment::Latest { back });
    let of_a_booking = (booking(), 0..2_usize).prop_map(|(booking, nth)| Payment::Of { booking, nth });
    (prop_oneof![5 => latest, 1 => of_a_booking], weighted(0.2, select(GUESTS)))
        .prop_map(|(payment, guest)| Ask::Compensate { payment, guest })
}

fn guests_only(who: Who) -> BoxedStrategy<Ask> {
    let bookings = (guest_of(who), weighted(0.6, select(&["Upcoming", "Current", "Past", "All"][..])))
        .prop_map(|(guest, filter)| Ask::BookingsOfGuest { guest, filter });
    prop_oneof![2 => bookings, 1 => guest_of(who).prop_map(|guest| Ask::CasesOfGuest { guest })].boxed()
}

fn ask(who: Who) -> BoxedStrategy<Ask> {
    if who.is_staff() {
        prop_oneof![5 => anybody(who), 5 => staff_only()].boxed()
    } else {
        prop_oneof![10 => anybody(who), 1 => guests_only(who)].boxed()
    }
}

fn fault() -> impl Strategy<Value = Fault> {
    let then = select(&[Then::Reconciled, Then::AskedAgain, Then::Compensated][..]);
    (prop_oneof![3 => Just(0_usize), 3 => 0..9_usize], select(FAULTS), then)
        .prop_map(|(point, kind, then)| Fault { point, kind, then })
}

fn step() -> impl Strategy<Value = Step> {
    who()
        .prop_flat_map(|who| {
            (Just(who), ask(who), weighted(0.6, select(&["t1", "t2", "t3"][..])), weighted(0.4, fault()))
        })
        .prop_map(|(who, ask, token, fault)| Step { who, ask, token, fault })
}

/// A call, and perhaps the same call again later; so that tokens are met again as they are.
fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    vec((step(), weighted(0.3, 0..4_usize)), 1..=most).prop_map(move |drawn| {
        let mut story: Vec<Step> = vec![];
        for (step, back) in drawn {
            let again =
                back.and_then(|back| story.len().checked_sub(back + 1)).and_then(|at| story.get(at)).cloned();
            story.push(again.map_or_else(|| step.clone(), |again| Step { fault: step.fault, ..again }));
        }
        story
    })
}

/// A hotel, and what is asked of it.
pub(crate) fn story(most: usize) -> impl Strategy<Value = (bool, Vec<Step>)> {
    (proptest::bool::weighted(0.3), steps(most))
}
