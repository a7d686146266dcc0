//! Every change: done as in the embedded hotel, refused in the same words, done once whatever is sent again.

use super::Org;
use ::skills::bookings::{ChangeBooking, MoveBooking, UpsertBooking};
use ::skills::cases::{ChangeCase, MoveCase, UpsertCase};
use ::skills::contacts::{CreateContact, UpsertContact};
use ::skills::opportunities::{CreateOpportunity, MoveOpportunity, Repriced, When};
use ::skills::payments::{PaymentKind, RecordPayment};
use ::skills::rooms::MoveRoom;
use ::skills::systems::Hotel;
use ::skills::systems::crm::{Change, Committed, Look, Stay};
use ::skills::words::{
    BookingNumber, BookingStatus, CaseNumber, CaseStatus, CaseType, Cents, ContactMethod, ContactType, Date,
    Email, Key, LongText, Nights, Origin, PersonName, Priority, RoomNumber, RoomStatus, Stage,
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

fn name(text: &str) -> PersonName {
    PersonName::new(text).unwrap()
}

fn today(hotel: &Hotel) -> Date {
    hotel.day_of(hotel.clock.now())
}

fn nights(hotel: &Hotel, from: i32, to: i32) -> Nights {
    Nights { from: today(hotel).plus_days(from), to: today(hotel).plus_days(to) }
}

pub(super) fn move_booking(hotel: &Hotel, number: &str, from: BookingStatus, to: BookingStatus) -> Change {
    MoveBooking { booking: booking(number), from, to, departure: None, today: today(hotel) }.into()
}

fn move_room(
    number: &str,
    from: RoomStatus,
    to: RoomStatus,
    leaving: Option<&str>,
    occupant: Option<&str>,
) -> Change {
    MoveRoom { room: room(number), from, to, leaving: leaving.map(email), occupant: occupant.map(email) }
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

fn change_booking(hotel: &Hotel, number: &str, expect: BookingStatus) -> ChangeBooking {
    ChangeBooking {
        booking: booking(number),
        expect,
        guest: None,
        room: None,
        nights: None,
        number_of_guests: None,
        special_requests: None,
        rate: None,
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
        rate: Cents(14_999),
        today: today(hotel),
    }
}

fn sale(hotel: &Hotel, under: &str, from: i32, to: i32) -> CreateOpportunity {
    CreateOpportunity {
        key: key(&format!("sale-{under}")),
        guest: email(SARAH),
        name: "Booking for Sarah O'Johnson @{x.y}".to_owned(),
        stage: Stage::BookingConfirmed,
        amount: Cents(14_999 * u32::try_from(to - from).unwrap()),
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
            Err(SkillError::Refused(refusal)) => Err(refusal),
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
    async fn refused(&self, under: &str, changes: &[Change]) -> Refusal {
        let before = self.org.fake.dump();
        let (there, here) = self.commit(under, changes).await;
        let there = there.expect_err("refused");
        assert_eq!(there, here.expect_err("refused"), "{changes:?}");
        assert_eq!(self.org.fake.dump(), before, "{changes:?}");
        there
    }

    /// The booking, the same in both.
    async fn stay(&self, number: &BookingNumber) -> Stay {
        let look = Look { booking: Some(number.clone()), ..Look::on(today(&self.here)) };
        let there = self.there.crm.look(&look).await.unwrap().booking.expect("a booking");
        assert_eq!(Some(&there), self.here.crm.look(&look).await.unwrap().booking.as_ref());
        there
    }
}

#[tokio::test]
async fn bookings_are_made_changed_and_moved_as_in_the_embedded_hotel() {
    let both = Both::new();
    let here = &both.here;
    let new = [sale(here, "ours-1", 1, 3).into(), reservation(here, "ours-1", "104", 1, 3).into()];
    let made = both.done("k1", &new).await;
    let number = made.booking_number.clone().expect("a number");
    let stay = both.stay(&number).await;
    assert_eq!(stay.special_requests.as_deref(), Some("A cot; see @{room.records[0].Id} and 'quotes'"));
    assert_eq!((stay.rate, stay.amount), (Cents(14_999), Cents(29_998)));
    let again = both.done("k2", &new).await;
    assert_eq!((again.booking_number.as_ref(), again.created), (Some(&number), false));
    let clash = [sale(here, "ours-2", 2, 4).into(), reservation(here, "ours-2", "104", 2, 4).into()];
    both.refused("k3", &clash).await;
    for change in [
        UpsertBooking { guest: email("nobody@example.com"), ..reservation(here, "ours-3", "105", 1, 3) },
        UpsertBooking { room: room("999"), ..reservation(here, "ours-3", "105", 1, 3) },
    ] {
        both.refused("k4", &[sale(here, "ours-3", 1, 3).into(), change.into()]).await;
    }
    let change = ChangeBooking {
        nights: Some(nights(here, 2, 6)),
        room: Some(room("105")),
        rate: Some(Cents(14_999)),
        number_of_guests: Some(1),
        ..change_booking(here, number.as_str(), BookingStatus::Reserved)
    };
    let reprice = MoveOpportunity {
        booking: number.clone(),
        to: None,
        when: When::Always,
        payment: None,
        close_date: None,
        repriced: Some(Repriced { from: Cents(29_998), to: Cents(59_996) }),
    };
    both.refused(
        "k5",
        &[ChangeBooking { nights: Some(nights(here, 2, 6)), room: Some(room("205")), ..change.clone() }
            .into()],
    )
    .await;
    both.done("k6", &[change.into(), reprice.into()]).await;
    assert_eq!(both.stay(&number).await.amount, Cents(59_996));
    both.refused("k7", &[change_booking(here, number.as_str(), BookingStatus::CheckedIn).into()]).await;
    both.refused("k8", &[change_booking(here, "BK-9999", BookingStatus::CheckedIn).into()]).await;
    let out = (BookingStatus::CheckedIn, BookingStatus::CheckedOut);
    both.refused("k9", &[move_booking(here, "BK-0003", out.0, out.1)]).await;
    both.done("k10", &[move_booking(here, "BK-0002", out.0, out.1)]).await;
    // The stay cannot be reopened while somebody holds its nights.
    let next = [sale(here, "ours-4", 0, 1).into(), reservation(here, "ours-4", "101", 0, 1).into()];
    both.done("k11", &next).await;
    both.refused("k12", &[move_booking(here, "BK-0002", out.1, out.0)]).await;
}

#[tokio::test]
async fn sales_follow_as_in_the_embedded_hotel() {
    let both = Both::new();
    both.done("k1", &[move_sale("BK-0009", Stage::Negotiation, When::Always)]).await;
    both.stay(&booking("BK-0009")).await;
    both.done("k2", &[move_sale("BK-0004", Stage::ClosedLost, When::LastOpenBooking)]).await;
    assert_eq!(both.stay(&booking("BK-0004")).await.stage, Stage::BookingConfirmed, "BK-0005 is open");
    let cancel = |number| {
        [
            move_booking(&both.here, number, BookingStatus::Reserved, BookingStatus::Cancelled),
            move_sale(number, Stage::ClosedLost, When::LastOpenBooking),
        ]
    };
    both.done("k3", &cancel("BK-0004")).await;
    assert_eq!(both.stay(&booking("BK-0005")).await.stage, Stage::BookingConfirmed);
    both.done("k4", &cancel("BK-0005")).await;
    assert_eq!(both.org.stage("BK-0004"), "Closed Lost");
    both.refused("k5", &cancel("BK-0005")).await;
}

#[tokio::test]
async fn rooms_and_people_change_as_in_the_embedded_hotel() {
    use RoomStatus::{Cleaning, Occupied, Vacant};
    let both = Both::new();
    both.refused("k1", &[move_room("201", Vacant, Occupied, None, Some(SARAH))]).await;
    both.refused("k2", &[move_room("201", Occupied, Cleaning, Some(SARAH), None)]).await;
    both.refused("k3", &[move_room("999", Vacant, Cleaning, None, None)]).await;
    both.refused("k4", &[move_room("104", Vacant, Occupied, None, Some("nobody@example.com"))]).await;
    both.done("k5", &[move_room("201", Occupied, Cleaning, Some(BETH), None)]).await;
    both.done("k6", &[move_room("104", Vacant, Occupied, None, Some(SARAH))]).await;
    let look = Look { room: Some(room("104")), ..Look::on(today(&both.here)) };
    assert_eq!(both.there.crm.look(&look).await.unwrap(), both.here.crm.look(&look).await.unwrap());

    let ana = CreateContact {
        email: email("ana@example.com"),
        first_name: name("Ana"),
        last_name: name("O'Ruiz @{x}"),
        phone: None,
        contact_type: ContactType::Vendor,
    };
    assert!(both.done("c1", &[ana.clone().into()]).await.created);
    assert!(!both.done("c2", &[ana.into()]).await.created);
    let change = |email: &str| UpsertContact {
        email: Email::new(email).unwrap(),
        first_name: None,
        last_name: None,
        phone: None,
        contact_type: None,
        prefers: Some(ContactMethod::Phone),
    };
    both.done("c3", &[change(BETH).into()]).await;
    both.refused("c4", &[change("new@example.com").into()]).await;
    let new = UpsertContact { last_name: Some(name("Kim")), ..change("new@example.com") };
    assert!(both.done("c5", &[new.into()]).await.created);
    for who in ["ana@example.com", BETH, "new@example.com"] {
        let look = Look { guest: Some(email(who)), ..Look::on(today(&both.here)) };
        let (a, b) = (both.there.crm.look(&look).await.unwrap(), both.here.crm.look(&look).await.unwrap());
        assert_eq!(a.guest, b.guest);
    }
}

#[tokio::test]
async fn cases_are_opened_edited_and_closed_as_in_the_embedded_hotel() {
    let both = Both::new();
    let made = both.done("k1", &[towels("case-1").into()]).await;
    let again = both.done("k2", &[towels("case-1").into()]).await;
    assert_eq!((again.case_number.as_ref(), again.created), (made.case_number.as_ref(), false));
    let (a, b) = (made.case_number.unwrap(), again_here(&both).await);
    let hotels = [(&both.there, a), (&both.here, b)];
    let mut cases = vec![];
    for (hotel, number) in hotels {
        let go = |from, to| MoveCase { case: number.clone(), from, to, at: hotel.clock.now() };
        let edit = ChangeCase {
            case: number.clone(),
            expect: CaseStatus::New,
            case_type: Some(CaseType::Concierge),
            priority: None,
            room: Some(room("202")),
            description: Some(LongText::new("Tickets").unwrap()),
        };
        let both = [edit.into(), go(CaseStatus::New, CaseStatus::Working).into()];
        hotel.crm.commit(&key("e1"), &both, false).await.expect("edited and moved");
        let refused =
            hotel.crm.commit(&key("e2"), &[go(CaseStatus::New, CaseStatus::Closed).into()], false).await;
        assert!(matches!(refused, Err(SkillError::Refused(_))), "{refused:?}");
        hotel
            .crm
            .commit(&key("e3"), &[go(CaseStatus::Working, CaseStatus::Closed).into()], false)
            .await
            .expect("closed");
        let look = Look { case: Some(number), ..Look::on(today(hotel)) };
        let case = hotel.crm.look(&look).await.unwrap().case.expect("a case");
        assert!(case.closed_at.is_some());
        cases.push((
            case.case_type,
            case.status,
            case.priority,
            case.subject,
            case.description,
            case.room,
            case.guest,
        ));
    }
    assert_eq!(cases[0], cases[1]);
}

async fn again_here(both: &Both) -> CaseNumber {
    let here = both.here.crm.commit(&key("k3"), &[towels("case-1").into()], false).await;
    here.expect("a case").case_number.expect("a number")
}

#[tokio::test]
async fn payments_are_recorded_as_in_the_embedded_hotel() {
    let both = Both::new();
    let pay = |kind, payment: &str| -> Change {
        RecordPayment {
            booking: booking("BK-0001"),
            payment: payment.to_owned().try_into().unwrap(),
            kind,
            amount: Cents(29_998),
            at: jiff::Timestamp::now(),
        }
        .into()
    };
    let leave: Change = MoveBooking {
        booking: booking("BK-0001"),
        from: BookingStatus::CheckedIn,
        to: BookingStatus::CheckedOut,
        departure: Some(today(&both.here).plus_days(-1)),
        today: today(&both.here),
    }
    .into();
    let sale = MoveOpportunity {
        booking: booking("BK-0001"),
        to: Some(Stage::ClosedWon),
        when: When::LastOpenBooking,
        payment: Some("pi_1".to_owned().try_into().unwrap()),
        close_date: Some(today(&both.here)),
        repriced: Some(Repriced { from: Cents(29_998), to: Cents(14_999) }),
    };
    both.done("k1", &[leave, sale.into(), pay(PaymentKind::Charge, "pi_1")]).await;
    let stay = both.stay(&booking("BK-0001")).await;
    assert_eq!(stay.payment.as_ref().map(::skills::words::PaymentIntentId::as_str), Some("pi_1"));
    assert_eq!(stay.planned_departure, today(&both.here), "kept");
    both.done("k2", &[pay(PaymentKind::Charge, "pi_1")]).await;
    both.done("k3", &[pay(PaymentKind::Refund, "pi_1")]).await;
    let stay = both.stay(&booking("BK-0001")).await;
    assert_eq!((stay.payment, stay.refunds), (None, 1));
    let rows = both.org.fake.rows("Payment_Transaction__c");
    let ours = rows.iter().filter(|row| row["Stripe_Transaction_ID__c"] == "pi_1");
    assert_eq!(ours.map(|row| row["Amount__c"].as_f64().unwrap()).collect::<Vec<_>>(), [299.98, 299.98]);
}

/// The witness: an earlier attempt that took effect is found, one that did not is made up for.
#[tokio::test]
async fn what_is_sent_again_is_done_once() {
    let both = Both::new();
    let here = &both.here;
    let arrive = [
        move_booking(here, "BK-0003", BookingStatus::Reserved, BookingStatus::CheckedIn),
        move_room("205", RoomStatus::Vacant, RoomStatus::Occupied, None, Some(SARAH)),
        move_sale("BK-0003", Stage::CheckedIn, When::Always),
    ];
    let new = [sale(here, "ours-1", 1, 3).into(), reservation(here, "ours-1", "104", 1, 3).into()];
    let open = [towels("case-1").into()];
    let change: Change = ChangeBooking {
        nights: Some(nights(here, 8, 10)),
        ..change_booking(here, "BK-0007", BookingStatus::Reserved)
    }
    .into();
    let reprice: Change = MoveOpportunity {
        booking: booking("BK-0007"),
        to: None,
        when: When::Always,
        payment: None,
        close_date: None,
        repriced: Some(Repriced { from: Cents(209_993), to: Cents(59_998) }),
    }
    .into();
    let crm = &both.there.crm;
    for changes in [&arrive[..], &new, &open, &[change, reprice]] {
        let first = crm.commit(&key("k"), changes, true).await.expect("it had not taken effect");
        let after = both.org.fake.dump();
        let second = crm.commit(&key("k"), changes, true).await.expect("it has");
        assert_eq!(first, second);
        assert_eq!(both.org.fake.dump(), after, "{changes:?}");
    }
    let gone = [move_booking(here, "BK-0010", BookingStatus::Reserved, BookingStatus::CheckedIn)];
    let refused = crm.commit(&key("k"), &gone, true).await;
    assert!(matches!(refused, Err(SkillError::Refused(_))), "nothing of ours is there: {refused:?}");
}

/// The org may end the lines of a long text its own way.
#[tokio::test]
async fn what_is_sent_again_is_known_by_its_text_however_its_lines_end() {
    let both = Both::new();
    let (hotel, fake) = (&both.there, &both.org.fake);
    let number = both.done("k1", &[towels("case-1").into()]).await.case_number.expect("a number");
    let edit = ChangeCase {
        case: number.clone(),
        expect: CaseStatus::New,
        case_type: None,
        priority: None,
        room: None,
        description: Some(LongText::new("Towels.\nTwo of them. ").unwrap()),
    };
    let go = MoveCase {
        case: number.clone(),
        from: CaseStatus::New,
        to: CaseStatus::Working,
        at: hotel.clock.now(),
    };
    let changes = [edit.into(), go.into()];
    hotel.crm.commit(&key("e1"), &changes, false).await.expect("edited and moved");
    let id = both.org.text("Case", ("External_ID__c", "case-1"), "Id");
    fake.poke(&id, "Description", "Towels.\r\nTwo of them.".into());
    hotel.crm.commit(&key("e1"), &changes, true).await.expect("it has taken effect");
    let look = Look { case: Some(number), ..Look::on(today(hotel)) };
    let case = hotel.crm.look(&look).await.unwrap().case.expect("a case");
    assert_eq!(case.description, "Towels.\nTwo of them.");
}
