//! The skills that are not tools, called by themselves on a hotel of their own.

mod bookings;
mod cases;
mod commits;
mod contacts;
mod payments;
mod rooms;

use ::skills::operations::bookings::MoveBooking;
use ::skills::operations::opportunities::{MoveOpportunity, When};
use ::skills::operations::rooms::MoveRoom;
use ::skills::systems::Hotel;
use ::skills::words::{
    BookingNumber, BookingStatus, Date, Email, Key, LongText, Nights, PersonName, RoomNumber, RoomStatus,
    Stage,
};
use ::skills::{Call, ErrorCode, Skill, SkillError};

const BETH: &str = "beth.gibbs@email.com";
const SARAH: &str = "sarah@example.com";

fn email(text: &str) -> Email {
    Email::new(text).expect("an e-mail")
}

fn room(number: &str) -> RoomNumber {
    RoomNumber::new(number).expect("a room")
}

fn booking(number: &str) -> BookingNumber {
    BookingNumber::new(number).expect("a booking")
}

fn name(text: &str) -> Option<PersonName> {
    Some(PersonName::new(text).expect("a name"))
}

fn text(text: &str) -> LongText {
    LongText::new(text).expect("a text")
}

fn key(text: &str) -> Key {
    Key::new(text).expect("a key")
}

fn today(hotel: &Hotel) -> Date {
    hotel.today()
}

fn nights(hotel: &Hotel, from: i32, to: i32) -> Nights {
    Nights { from: today(hotel).plus_days(from), to: today(hotel).plus_days(to) }
}

/// Runs a skill under a key.
async fn run<S: Skill>(hotel: &Hotel, under: &str, skill: S) -> Result<S::Output, SkillError> {
    skill.run(&Call::new(hotel, key(under), today(hotel))).await
}

/// What a skill answers; it must not fail.
async fn done<S: Skill>(hotel: &Hotel, under: &str, skill: S) -> S::Output {
    run(hotel, under, skill).await.unwrap_or_else(|error| panic!("{} failed: {error:?}", S::NAME))
}

/// Why a skill refuses; it must.
async fn refused<S: Skill>(hotel: &Hotel, under: &str, skill: S) -> ErrorCode {
    match run(hotel, under, skill).await {
        Err(SkillError::Refused(refusal) | SkillError::MovedOn(refusal)) => refusal.error_code,
        Err(error) => panic!("{} did not refuse: {error:?}", S::NAME),
        Ok(_) => panic!("{} did not refuse", S::NAME),
    }
}

async fn move_booking(hotel: &Hotel, number: &str, from: BookingStatus, to: BookingStatus) -> MoveBooking {
    let seen = tests::booking_as_seen(hotel, number, from).await;
    MoveBooking { seen, to, departure: None, today: today(hotel) }
}

fn move_room(number: &str, from: RoomStatus, to: RoomStatus, leaving: &str, occupant: &str) -> MoveRoom {
    let person = |text: &str| (!text.is_empty()).then(|| email(text));
    MoveRoom {
        room: room(number),
        from: from.into(),
        to,
        leaving: person(leaving),
        leaving_unnamed: false,
        occupant: person(occupant),
    }
}

fn move_sale(number: &str, to: Stage, when: When) -> MoveOpportunity {
    let booking = booking(number);
    MoveOpportunity { booking, to: Some(to), when, payment: None, close_date: None, repriced: None }
}
