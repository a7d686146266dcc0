//! Every change: done as in the embedded hotel, refused in the same words, done once whatever is sent again.

mod bookings;
mod cases;
mod payments;
mod rooms_and_people;
mod written;

use super::Org;
use ::skills::operations::bookings::{ChangeBooking, MoveBooking, UpsertBooking};
use ::skills::operations::cases::UpsertCase;
use ::skills::operations::opportunities::{CreateOpportunity, MoveOpportunity, Repriced, When};
use ::skills::operations::rooms::MoveRoom;
use ::skills::records::{Look, Stay};
use ::skills::systems::Hotel;
use ::skills::systems::crm::{Change, Committed};
use ::skills::words::{
    BookingNumber, BookingStatus, CaseType, Cents, Date, Email, Key, LongText, Nights, Origin, Prices,
    Priority, RoomNumber, RoomStatus, Stage,
};
use ::skills::{Refusal, SkillError};
use tests::World;

const BETH: &str = "beth.gibbs@email.com";
const SARAH: &str = "sarah@example.com";

fn email(text: &str) -> Email {
    Email::new(text).unwrap()
}

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn room(text: &str) -> RoomNumber {
    RoomNumber::new(text).unwrap()
}

fn booking(text: &str) -> BookingNumber {
    BookingNumber::new(text).unwrap()
}

fn today(hotel: &Hotel) -> Date {
    hotel.today()
}

fn nights(hotel: &Hotel, from: i32, to: i32) -> Nights {
    Nights { from: today(hotel).plus_days(from), to: today(hotel).plus_days(to) }
}

pub(super) async fn move_booking(
    hotel: &Hotel,
    number: &str,
    from: BookingStatus,
    to: BookingStatus,
) -> Change {
    let seen = tests::booking_as_seen(hotel, number, from).await;
    MoveBooking { seen, to, departure: None, today: today(hotel) }.into()
}

fn move_room(
    number: &str,
    from: RoomStatus,
    to: RoomStatus,
    leaving: Option<&str>,
    occupant: Option<&str>,
) -> Change {
    MoveRoom {
        room: room(number),
        from: from.into(),
        to,
        leaving: leaving.map(email),
        leaving_unnamed: false,
        occupant: occupant.map(email),
    }
    .into()
}

fn move_sale(number: &str, to: Stage, when: When) -> Change {
    MoveOpportunity {
        booking: booking(number),
        to: Some(to),
        when,
        payment: None,
        close_date: None,
        repriced: None,
    }
    .into()
}

/// What a sale amounted to, and what it amounts to now, in cents.
fn reprice(number: &str, from: u64, to: u64) -> Change {
    MoveOpportunity {
        booking: booking(number),
        to: None,
        when: When::Always,
        payment: None,
        close_date: None,
        repriced: Some(Repriced { seen: Some(Cents(from)), to: Cents(to) }),
    }
    .into()
}

async fn change_booking(hotel: &Hotel, number: &str, expect: BookingStatus) -> ChangeBooking {
    ChangeBooking {
        seen: tests::booking_as_seen(hotel, number, expect).await,
        guest: None,
        room: None,
        nights: None,
        number_of_guests: None,
        special_requests: None,
        agreed: None,
        today: today(hotel),
    }
}

fn reservation(hotel: &Hotel, under: &str, number: &str, from: i32, to: i32) -> UpsertBooking {
    UpsertBooking {
        external_id: key(under),
        opportunity: key(&format!("sale-{under}")),
        guest: email(SARAH),
        room: room(number),
        nights: nights(hotel, from, to),
        number_of_guests: 2,
        special_requests: Some(LongText::new("A cot; see @{room.records[0].Id} and 'quotes'").unwrap()),
        additional_to: vec![BookingNumber::new("BK-0003").unwrap()],
        agreed: Prices::each(Cents(14_999), nights(hotel, from, to).count()),
        today: today(hotel),
    }
}

fn sale(hotel: &Hotel, under: &str, from: i32, to: i32) -> CreateOpportunity {
    CreateOpportunity {
        key: key(&format!("sale-{under}")),
        guest: email(SARAH),
        name: "Booking for Sarah O'Johnson @{x.y}".to_owned(),
        stage: Stage::BookingConfirmed,
        amount: Cents(14_999 * u64::try_from(to - from).unwrap()),
        nights: nights(hotel, from, to),
    }
}

fn towels(under: &str) -> UpsertCase {
    UpsertCase {
        external_id: key(under),
        guest: Some(email(BETH)),
        room: Some(room("201")),
        booking: Some(booking("BK-0001")),
        case_type: CaseType::Housekeeping,
        priority: Priority::Urgent,
        origin: Origin::Internal,
        description: LongText::new("Towels, \"two\"\n@{please}").unwrap(),
        opened_at: jiff::Timestamp::now(),
    }
}

/// Both hotels, to be asked the same.
struct Both {
    org: Org,
    there: Hotel,
    here: Hotel,
    _world: World,
}

impl Both {
    fn new() -> Self {
        let (org, world) = (Org::new(), World::new());
        Self { there: org.hotel(), here: world.hotel(), org, _world: world }
    }

    async fn commit(
        &self,
        under: &str,
        changes: &[Change],
    ) -> (Result<Committed, Refusal>, Result<Committed, Refusal>) {
        let plain = |done: Result<Committed, SkillError>| match done {
            Ok(done) => Ok(done),
            Err(SkillError::Refused(refusal) | SkillError::MovedOn(refusal)) => Err(refusal),
            Err(SkillError::Outage(outage)) => panic!("{changes:?}: {outage:?}"),
        };
        let there = self.there.crm.commit(&key(under), changes, false).await;
        (plain(there), plain(self.here.crm.commit(&key(under), changes, false).await))
    }

    /// Both do it, and answer alike.
    async fn done(&self, under: &str, changes: &[Change]) -> Committed {
        let (there, here) = self.commit(under, changes).await;
        let (there, here) = (there.expect("done"), here.expect("done"));
        assert_eq!(there.created, here.created, "{changes:?}");
        assert_eq!(there.booking_number, here.booking_number, "{changes:?}");
        there
    }

    /// Both refuse it, in the same words, and nothing has changed.
    async fn refused(&self, under: &str, changes: &[Change]) {
        let before = self.org.fake.dump();
        let (there, here) = self.commit(under, changes).await;
        let there = there.expect_err("refused");
        assert_eq!(there, here.expect_err("refused"), "{changes:?}");
        assert_eq!(self.org.fake.dump(), before, "{changes:?}");
    }

    /// The booking, the same in both.
    async fn stay(&self, number: &BookingNumber) -> Stay {
        let look = Look { booking: Some(number.clone()), ..Look::on(today(&self.here)) };
        let there = self.there.crm.look(&look).await.unwrap().booking.expect("a booking");
        let here = self.here.crm.look(&look).await.unwrap().booking.expect("a booking");
        // What tells a booking from others of its number, and whether its nights share the sale, is each hotel's own.
        let comparable = |stay: &Stay| Stay {
            key: String::new(),
            shares_evenly: false,
            sharing: None,
            made_at: None,
            record: None,
            ..stay.clone()
        };
        assert_eq!(comparable(&there), comparable(&here));
        there
    }
}

/// The witness: an earlier attempt that took effect is found, one that did not is made up for.
#[tokio::test]
async fn what_is_sent_again_is_done_once() {
    let both = Both::new();
    let here = &both.here;
    let arrive = [
        move_booking(here, "BK-0003", BookingStatus::Reserved, BookingStatus::CheckedIn).await,
        move_room("205", RoomStatus::Vacant, RoomStatus::Occupied, None, Some(SARAH)),
        move_sale("BK-0003", Stage::CheckedIn, When::Always),
    ];
    let new = [sale(here, "ours-1", 1, 3).into(), reservation(here, "ours-1", "104", 1, 3).into()];
    let open = [towels("case-1").into()];
    let change: Change = ChangeBooking {
        nights: Some(nights(here, 8, 10)),
        ..change_booking(here, "BK-0007", BookingStatus::Reserved).await
    }
    .into();
    let reprice = reprice("BK-0007", 209_993, 59_998);
    let crm = &both.there.crm;
    for changes in [&arrive[..], &new, &open, &[change, reprice]] {
        let first = crm.commit(&key("k"), changes, true).await.expect("it had not taken effect");
        let after = both.org.fake.dump();
        let second = crm.commit(&key("k"), changes, true).await.expect("it has");
        assert_eq!(first, second);
        assert_eq!(both.org.fake.dump(), after, "{changes:?}");
    }
    let gone = [move_booking(here, "BK-0010", BookingStatus::Reserved, BookingStatus::CheckedIn).await];
    let refused = crm.commit(&key("k"), &gone, true).await;
    assert!(matches!(refused, Err(SkillError::MovedOn(_))), "nothing of ours is there: {refused:?}");
}
