//! The skills that are not tools, called by themselves on a hotel of their own.

use ::skills::bookings::{
    ChangeBooking, FindBooking, FindBookingsOfGuest, FindBookingsOfRoom, MoveBooking, UpsertBooking,
};
use ::skills::cases::{ChangeCase, FindCase, MoveCase, UpsertCase};
use ::skills::contacts::{CreateContact, FindContact, UpsertContact};
use ::skills::messages::SendSms;
use ::skills::opportunities::{CreateOpportunity, MoveOpportunity, When};
use ::skills::payments::{
    AfterAction, CancelPayment, ConfirmPayment, CreatePaymentIntent, EnsureCustomer, PaymentKind,
    RecordPayment, RefundPayment, RetrievePayment,
};
use ::skills::rooms::{FindRoom, MoveRoom};
use ::skills::systems::Hotel;
use ::skills::systems::messages::Sms;
use ::skills::systems::payments::{Intent, IntentStatus, NewIntent, RefundOutcome};
use ::skills::words::{
    BookingNumber, BookingStatus, CaseNumber, CaseStatus, CaseType, Cents, ContactMethod, ContactType, Date,
    Email, Key, LongText, Nights, Origin, Page, PaymentMethodId, PersonName, Priority, RoomNumber,
    RoomStatus, Stage,
};
use ::skills::{Call, Commit, ErrorCode, Skill, SkillError};
use tests::World;

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
    hotel.day_of(hotel.clock.now())
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
        Err(SkillError::Refused(refusal)) => refusal.error_code,
        Err(error) => panic!("{} did not refuse: {error:?}", S::NAME),
        Ok(_) => panic!("{} did not refuse", S::NAME),
    }
}

fn move_booking(hotel: &Hotel, number: &str, from: BookingStatus, to: BookingStatus) -> MoveBooking {
    MoveBooking { booking: booking(number), from, to, departure: None, today: today(hotel) }
}

fn move_room(number: &str, from: RoomStatus, to: RoomStatus, leaving: &str, occupant: &str) -> MoveRoom {
    let person = |text: &str| (!text.is_empty()).then(|| email(text));
    MoveRoom { room: room(number), from, to, leaving: person(leaving), occupant: person(occupant) }
}

fn move_sale(number: &str, to: Stage, when: When) -> MoveOpportunity {
    let booking = booking(number);
    MoveOpportunity { booking, to: Some(to), when, payment: None, close_date: None, amount: None }
}

// ---- contacts

#[tokio::test]
async fn contacts_are_found_by_email_and_created_once() {
    let world = World::new();
    let hotel = world.hotel();
    let find = |text: &str| FindContact { email: email(text) };
    assert_eq!(done(&hotel, "r", find("BETH.gibbs@Email.com")).await.expect("Beth").name(), "Beth Gibbs");
    assert!(done(&hotel, "r", find("ana@example.com")).await.is_none());
    let ana = CreateContact {
        email: email("ana@example.com"),
        first_name: name("Ana").expect("a name"),
        last_name: name("Ruiz").expect("a name"),
        phone: None,
        contact_type: ContactType::Vendor,
    };
    assert!(done(&hotel, "k1", ana.clone()).await.created);
    assert!(done(&hotel, "k1", ana.clone()).await.created, "the same key answers what it answered then");
    let other = CreateContact { first_name: name("Anna").expect("a name"), ..ana };
    assert!(!done(&hotel, "k2", other).await.created, "W25");
    let stored = done(&hotel, "r", find("ana@example.com")).await.expect("Ana");
    assert_eq!((stored.first_name.as_str(), stored.contact_type), ("Ana", ContactType::Vendor));
}

/// W78: an upsert changes what is given, and only that.
#[tokio::test]
async fn w78_a_contact_is_upserted_field_by_field() {
    let world = World::new();
    let hotel = world.hotel();
    let nothing = |who: &str| UpsertContact {
        email: email(who),
        first_name: None,
        last_name: None,
        phone: None,
        contact_type: None,
        prefers: None,
    };
    let change = UpsertContact { prefers: Some(ContactMethod::Email), ..nothing(BETH) };
    assert!(!done(&hotel, "k1", change).await.created);
    let beth = done(&hotel, "r", FindContact { email: email(BETH) }).await.expect("Beth");
    assert_eq!(beth.prefers, ContactMethod::Email);
    assert_eq!((beth.name().as_str(), beth.phone.as_deref()), ("Beth Gibbs", Some("+15550100001")));
    let refusal = refused(&hotel, "k2", nothing("new@example.com")).await;
    assert_eq!(refusal, ErrorCode::ValidationError, "a new person needs a last name");
    let new = UpsertContact { last_name: name("Kim"), ..nothing("new@example.com") };
    assert!(done(&hotel, "k3", new).await.created);
}

// ---- opportunities and bookings

fn sale(hotel: &Hotel, under: &str) -> CreateOpportunity {
    CreateOpportunity {
        key: key(under),
        guest: email(SARAH),
        name: "Booking for Sarah Johnson".to_owned(),
        stage: Stage::BookingConfirmed,
        amount: Cents(29_998),
        nights: nights(hotel, 1, 3),
    }
}

fn reservation(hotel: &Hotel, under: &str, number: &str, from: i32, to: i32) -> UpsertBooking {
    UpsertBooking {
        external_id: key(under),
        opportunity: key("sale-1"),
        guest: email(SARAH),
        room: room(number),
        nights: nights(hotel, from, to),
        number_of_guests: 2,
        special_requests: None,
        rate: Cents(14_999),
        today: today(hotel),
    }
}

/// W19, W27: sale and booking have keys of ours; writing them again writes nothing.
#[tokio::test]
async fn w19_w27_sale_and_booking_are_written_once_per_key() {
    let world = World::new();
    let hotel = world.hotel();
    done(&hotel, "k1", sale(&hotel, "sale-1")).await;
    done(&hotel, "k2", sale(&hotel, "sale-1")).await;
    assert_eq!(world.rows("opportunities"), 10);
    let made = done(&hotel, "k3", reservation(&hotel, "ours-1", "104", 1, 3)).await;
    assert!(made.created);
    let again = done(&hotel, "k4", reservation(&hotel, "ours-1", "104", 1, 3)).await;
    assert!(!again.created, "another commit, the same booking");
    assert_eq!(again.booking_number, made.booking_number);
    assert_eq!(world.rows("bookings"), 11);

    let by_key = done(&hotel, "r", FindBooking::ExternalId(key("ours-1"))).await.expect("by our key");
    let number = made.booking_number.expect("a number");
    let by_number = done(&hotel, "r", FindBooking::Number(number)).await.expect("by number");
    assert_eq!(by_key, by_number);
    assert_eq!(by_key.guest.email, email(SARAH), "W72: the booking's guest, not the room's");
    assert_eq!((by_key.stage, by_key.amount), (Stage::BookingConfirmed, Cents(29_998)));
    assert!(done(&hotel, "r", FindBooking::ExternalId(key("ours-2"))).await.is_none());
}

/// W37: an upsert of a booking that has moved on does not bring it back.
#[tokio::test]
async fn w37_an_upsert_never_resets_a_booking() {
    let world = World::new();
    let hotel = world.hotel();
    done(&hotel, "k1", sale(&hotel, "sale-1")).await;
    let number =
        done(&hotel, "k2", reservation(&hotel, "ours-1", "104", 0, 3)).await.booking_number.expect("one");
    let begin = move_booking(&hotel, number.as_str(), BookingStatus::Reserved, BookingStatus::CheckedIn);
    done(&hotel, "k3", begin).await;
    done(&hotel, "k4", reservation(&hotel, "ours-1", "104", 0, 3)).await;
    assert_eq!(world.booking_status(number.as_str()), "Checked In");
}

#[tokio::test]
async fn w30_a_booking_expects_its_nights_to_be_free() {
    let world = World::new();
    let hotel = world.hotel();
    done(&hotel, "k1", sale(&hotel, "sale-1")).await;
    let code = refused(&hotel, "k2", reservation(&hotel, "ours-1", "209", 25, 27)).await;
    assert_eq!(code, ErrorCode::RoomAlreadyBooked);
    done(&hotel, "k3", reservation(&hotel, "ours-2", "209", 26, 27)).await;
}

#[tokio::test]
async fn bookings_are_found_by_guest_and_status_and_by_room_and_dates() {
    let world = World::new();
    let hotel = world.hotel();
    let of_wei = |statuses: &[BookingStatus]| FindBookingsOfGuest {
        guest: email("wei.chen@example.com"),
        statuses: statuses.to_vec(),
        page: Page::most(),
    };
    assert_eq!(done(&hotel, "r", of_wei(&[])).await.items.len(), 2);
    assert_eq!(done(&hotel, "r", of_wei(&[BookingStatus::Reserved])).await.items.len(), 2);
    assert!(done(&hotel, "r", of_wei(&[BookingStatus::CheckedIn])).await.items.is_empty());
    for (from, to, held) in [(18, 20, 0), (19, 21, 1), (21, 22, 1), (25, 27, 1), (26, 28, 0)] {
        let in_209 =
            FindBookingsOfRoom { room: room("209"), nights: nights(&hotel, from, to), page: Page::most() };
        assert_eq!(done(&hotel, "r", in_209).await.items.len(), held, "W35: {from} to {to}");
    }
    let cancelled =
        FindBookingsOfRoom { room: room("105"), nights: nights(&hotel, 3, 5), page: Page::most() };
    assert!(done(&hotel, "r", cancelled).await.items.is_empty());
}

/// W31: a move names the state it expects, and finding another it does nothing.
#[tokio::test]
async fn w31_a_booking_moves_only_from_where_it_is_expected() {
    let world = World::new();
    let hotel = world.hotel();
    let leave = move_booking(&hotel, "BK-0003", BookingStatus::CheckedIn, BookingStatus::CheckedOut);
    assert_eq!(refused(&hotel, "k1", leave).await, ErrorCode::InvalidTransition);
    let arrive = move_booking(&hotel, "BK-0003", BookingStatus::Reserved, BookingStatus::CheckedIn);
    done(&hotel, "k2", arrive.clone()).await;
    done(&hotel, "k2", arrive.clone()).await;
    assert_eq!(
        refused(&hotel, "k3", arrive).await,
        ErrorCode::InvalidTransition,
        "another key, a second move"
    );
    let unknown = move_booking(&hotel, "BK-9999", BookingStatus::Reserved, BookingStatus::CheckedIn);
    assert_eq!(refused(&hotel, "k4", unknown).await, ErrorCode::BookingNotFound);
}

#[tokio::test]
async fn a_booking_is_changed_in_what_is_given() {
    let world = World::new();
    let hotel = world.hotel();
    let change = ChangeBooking {
        booking: booking("BK-0007"),
        expect: BookingStatus::Reserved,
        guest: None,
        room: None,
        nights: None,
        number_of_guests: Some(3),
        special_requests: Some(text("A cot.")),
        rate: None,
        today: today(&hotel),
    };
    done(&hotel, "k1", change.clone()).await;
    let stay = done(&hotel, "r", FindBooking::Number(booking("BK-0007"))).await.expect("a booking");
    assert_eq!((stay.number_of_guests, stay.special_requests.as_deref()), (3, Some("A cot.")));
    assert_eq!((stay.status, stay.nights), (BookingStatus::Reserved, nights(&hotel, 7, 14)));
    let taken =
        ChangeBooking { room: Some(room("209")), nights: Some(nights(&hotel, 19, 21)), ..change.clone() };
    assert_eq!(refused(&hotel, "k2", taken).await, ErrorCode::RoomAlreadyBooked);
    let unexpected = ChangeBooking { expect: BookingStatus::CheckedIn, ..change };
    assert_eq!(refused(&hotel, "k3", unexpected).await, ErrorCode::InvalidTransition);
}

#[tokio::test]
async fn a_sale_moves_from_whatever_stage_always_or_with_its_last_open_booking() {
    let world = World::new();
    let hotel = world.hotel();
    done(&hotel, "k1", move_sale("BK-0009", Stage::Negotiation, When::Always)).await;
    assert_eq!(world.stage("BK-0009"), "Negotiation/Review");
    done(&hotel, "k2", move_sale("BK-0004", Stage::ClosedLost, When::LastOpenBooking)).await;
    assert_eq!(world.stage("BK-0004"), "Booking Confirmed", "BK-0005 is open");
    done(&hotel, "k3", move_sale("BK-0004", Stage::CheckedIn, When::Always)).await;
    assert_eq!(world.stage("BK-0005"), "Checked In", "one sale");
}

// ---- rooms

#[tokio::test]
async fn w31_a_room_moves_only_from_where_it_is_expected_and_from_under_nobody() {
    let world = World::new();
    let hotel = world.hotel();
    let found = done(&hotel, "r", FindRoom { room: room("201") }).await.expect("a room");
    assert_eq!(found.occupant.expect("Beth").email, email(BETH));
    assert!(done(&hotel, "r", FindRoom { room: room("999") }).await.is_none());
    use RoomStatus::{Cleaning, Occupied, Vacant};
    let wrong_state = move_room("201", Vacant, Occupied, "", SARAH);
    assert_eq!(refused(&hotel, "k1", wrong_state).await, ErrorCode::RoomNotVacant);
    let somebody_else = move_room("201", Occupied, Cleaning, SARAH, "");
    assert_eq!(refused(&hotel, "k2", somebody_else).await, ErrorCode::InvalidTransition);
    done(&hotel, "k3", move_room("201", Occupied, Cleaning, BETH, "")).await;
    assert_eq!(world.room("201").occupant, None);
    done(&hotel, "k4", move_room("104", Vacant, Occupied, "", SARAH)).await;
    assert_eq!(world.room("104").occupant.as_deref(), Some(SARAH));
    let unknown = move_room("999", Vacant, Cleaning, "", "");
    assert_eq!(refused(&hotel, "k5", unknown).await, ErrorCode::RoomNotFound);
}

// ---- cases

#[tokio::test]
async fn w04_w23_a_case_is_written_once_per_key_moved_and_changed() {
    let world = World::new();
    let hotel = world.hotel();
    let new = UpsertCase {
        external_id: key("case-1"),
        guest: Some(email(BETH)),
        room: Some(room("201")),
        booking: Some(booking("BK-0001")),
        case_type: CaseType::RoomService,
        priority: Priority::Low,
        origin: Origin::Phone,
        description: text(&"ü".repeat(300)),
        opened_at: hotel.clock.now(),
    };
    let made = done(&hotel, "k1", new.clone()).await;
    let number: CaseNumber = made.case_number.clone().expect("a number");
    let at = hotel.clock.now();
    let go = |from, to| MoveCase { case: number.clone(), from, to, at };
    done(&hotel, "k2", go(CaseStatus::New, CaseStatus::Working)).await;
    let again = done(&hotel, "k3", new).await;
    assert!(!again.created);
    assert_eq!(again.case_number, made.case_number);
    let case = done(&hotel, "r", FindCase::ExternalId(key("case-1"))).await.expect("by our key");
    assert_eq!(case.status, CaseStatus::Working, "not reset");
    assert_eq!(case.subject, "ü".repeat(255));
    assert_eq!(Some(&case), done(&hotel, "r", FindCase::Number(number.clone())).await.as_ref());

    let edit = ChangeCase {
        case: number.clone(),
        expect: CaseStatus::Working,
        case_type: None,
        priority: Some(Priority::Urgent),
        room: None,
        description: None,
    };
    done(&hotel, "k4", edit.clone()).await;
    assert_eq!(
        refused(&hotel, "k5", go(CaseStatus::New, CaseStatus::Closed)).await,
        ErrorCode::InvalidTransition
    );
    done(&hotel, "k6", go(CaseStatus::Working, CaseStatus::Closed)).await;
    let case = done(&hotel, "r", FindCase::Number(number)).await.expect("a case");
    assert_eq!((case.priority, case.case_type), (Priority::Urgent, CaseType::RoomService));
    assert!(case.closed_at.is_some());
    assert_eq!(refused(&hotel, "k7", edit).await, ErrorCode::InvalidTransition);
}

// ---- payments and messages

async fn intent(hotel: &Hotel, earlier_refunds: u32) -> Intent {
    let customer = EnsureCustomer { email: email(BETH), name: "Beth Gibbs".to_owned() };
    let intent = NewIntent {
        customer: done(hotel, "customer", customer).await,
        amount: Cents(29_998),
        currency: "usd".to_owned(),
        guest: email(BETH),
        booking: booking("BK-0001"),
        receipt_email: None,
    };
    done(hotel, "whatever-the-stay-has-its-own", CreatePaymentIntent { intent, earlier_refunds }).await
}

fn confirm(intent: &Intent, method: &str) -> ConfirmPayment {
    let method = PaymentMethodId::new(method).expect("a method");
    ConfirmPayment { payment: intent.id.clone(), method }
}

#[tokio::test]
async fn a_customer_is_found_or_made_once() {
    let world = World::new();
    let hotel = world.hotel();
    let customer = || EnsureCustomer { email: email(BETH), name: "Beth Gibbs".to_owned() };
    let first = done(&hotel, "k1", customer()).await;
    assert_eq!(done(&hotel, "k2", customer()).await, first, "W26: by e-mail, whatever the key");
}

#[tokio::test]
async fn a_stay_has_one_intent_which_succeeds_at_most_once() {
    let world = World::new();
    let hotel = world.hotel();
    let first = intent(&hotel, 0).await;
    assert_eq!(intent(&hotel, 0).await.id, first.id);
    assert_eq!(first.status, IntentStatus::RequiresPaymentMethod);
    let declined = confirm(&first, "pm_card_chargeDeclined");
    assert_eq!(refused(&hotel, "k1", declined.clone()).await, ErrorCode::PaymentFailed);
    let paid = done(&hotel, "k2", confirm(&first, "pm_card_visa")).await.expect("the intent");
    assert_eq!(paid.status, IntentStatus::Succeeded);
    let replay = done(&hotel, "k2", confirm(&first, "pm_card_visa")).await.expect("the same answer");
    assert_eq!(replay.charge_id, paid.charge_id);
    assert!(done(&hotel, "k3", confirm(&first, "pm_card_visa")).await.is_none(), "it is paid: read it");
    assert_eq!(
        refused(&hotel, "k1", declined).await,
        ErrorCode::PaymentFailed,
        "the same key, the same answer"
    );
    assert_eq!(world.payments_taken("BK-0001"), 1);
    assert_ne!(
        intent(&hotel, 1).await.id,
        first.id,
        "a stay that was refunded is charged under another intent"
    );
}

#[tokio::test]
async fn money_goes_back_once_and_only_if_it_came() {
    let world = World::new();
    let hotel = world.hotel();
    let unpaid = intent(&hotel, 0).await;
    let refund = || RefundPayment { payment: unpaid.id.clone() };
    assert_eq!(done(&hotel, "k1", refund()).await, RefundOutcome::NotPaid);
    done(&hotel, "k2", confirm(&unpaid, "pm_card_visa")).await;
    let RefundOutcome::Refunded(back) = done(&hotel, "k3", refund()).await else { panic!("not refunded") };
    assert_eq!(back.amount, Cents(29_998), "in full");
    assert_eq!(done(&hotel, "k3", refund()).await, RefundOutcome::Refunded(back));
    assert_eq!(done(&hotel, "k4", refund()).await, RefundOutcome::AlreadyRefunded);
    let read = RetrievePayment { payment: unpaid.id.clone() };
    let found = done(&hotel, "r", read).await.expect("the intent");
    assert!(found.is_refunded());
    assert_eq!((found.guest, found.booking), (Some(email(BETH)), Some(booking("BK-0001"))), "W51");
    assert_eq!(world.refunds("BK-0001"), 1);
}

#[tokio::test]
async fn w49_three_d_secure_waits_for_the_guest_and_then_succeeds() {
    let world = World::new();
    let hotel = world.hotel();
    let new = intent(&hotel, 0).await;
    let asked =
        done(&hotel, "k1", confirm(&new, "pm_card_authenticationRequired")).await.expect("the intent");
    assert_eq!(asked.status, IntentStatus::RequiresAction);
    assert!(asked.next_action_url.is_some());
    assert_eq!(world.payments_taken("BK-0001"), 0);
    let after = done(&hotel, "k2", AfterAction { payment: new.id.clone() }).await.expect("the intent");
    assert_eq!(after.status, IntentStatus::Succeeded);
    assert_eq!(world.payments_taken("BK-0001"), 1);
}

#[tokio::test]
async fn an_intent_that_was_given_up_is_never_paid_and_a_paid_one_not_given_up() {
    let world = World::new();
    let hotel = world.hotel();
    let given_up = intent(&hotel, 0).await;
    done(&hotel, "k1", CancelPayment { payment: given_up.id.clone() }).await;
    assert!(done(&hotel, "k2", confirm(&given_up, "pm_card_visa")).await.is_none());
    assert_eq!(world.payments_taken("BK-0001"), 0);
    let paid = intent(&hotel, 1).await;
    done(&hotel, "k3", confirm(&paid, "pm_card_visa")).await;
    done(&hotel, "k4", CancelPayment { payment: paid.id.clone() }).await;
    assert_eq!(world.payments_taken("BK-0001"), 1);
}

/// W54: what moved is recorded, once per intent and kind.
#[tokio::test]
async fn w54_a_payment_is_recorded_once() {
    let world = World::new();
    let hotel = world.hotel();
    let record = |kind| RecordPayment {
        booking: booking("BK-0001"),
        payment: ::skills::words::PaymentIntentId::new("pi_1").expect("an intent"),
        kind,
        amount: Cents(29_998),
        at: hotel.clock.now(),
    };
    let before = world.rows("payment_transactions");
    done(&hotel, "k1", record(PaymentKind::Charge)).await;
    done(&hotel, "k2", record(PaymentKind::Charge)).await;
    done(&hotel, "k3", record(PaymentKind::Refund)).await;
    assert_eq!(world.rows("payment_transactions"), before + 2);
}

#[tokio::test]
async fn a_text_is_sent_once_per_key() {
    let world = World::new();
    let hotel = world.hotel();
    let sms = Sms { to: "+15550100001".to_owned(), body: "Hello.".to_owned() };
    let first = done(&hotel, "k1", SendSms { sms: sms.clone() }).await;
    assert_eq!(done(&hotel, "k1", SendSms { sms: sms.clone() }).await, first);
    assert_eq!(world.texted().len(), 1);
    assert_ne!(done(&hotel, "k2", SendSms { sms }).await, first);
    assert_eq!(world.texted().len(), 2);
}

// ---- commits

/// W10: what belongs together moves together or not at all.
#[tokio::test]
async fn w10_one_expectation_that_fails_undoes_the_whole_commit() {
    let world = World::new();
    let hotel = world.hotel();
    let arrive = |from| {
        Commit::new()
            .with(move_booking(&hotel, "BK-0003", BookingStatus::Reserved, BookingStatus::CheckedIn))
            .with(move_sale("BK-0003", Stage::CheckedIn, When::Always))
            .with(move_room("205", from, RoomStatus::Occupied, "", SARAH))
    };
    // The last of the three finds the room in another state than it expects.
    assert_eq!(refused(&hotel, "k1", arrive(RoomStatus::Cleaning)).await, ErrorCode::RoomNotVacant);
    assert_eq!(world.booking_status("BK-0003"), "Reserved");
    assert_eq!(world.stage("BK-0003"), "Booking Confirmed");
    // A refused commit leaves nothing behind, not even its key.
    done(&hotel, "k1", arrive(RoomStatus::Vacant)).await;
    assert_eq!(world.booking_status("BK-0003"), "Checked In");
    assert_eq!(world.room("205").occupant.as_deref(), Some(SARAH));
    // Sent again under its key it answers what it answered then, whatever has happened since.
    done(&hotel, "k2", move_room("205", RoomStatus::Occupied, RoomStatus::Cleaning, SARAH, "")).await;
    done(&hotel, "k1", arrive(RoomStatus::Vacant)).await;
    assert_eq!(world.room("205").status, "Cleaning", "and does nothing");
}

#[tokio::test]
async fn a_key_stands_for_one_list_of_changes() {
    let world = World::new();
    let hotel = world.hotel();
    done(&hotel, "k1", move_sale("BK-0003", Stage::CheckedIn, When::Always)).await;
    let other = move_sale("BK-0007", Stage::CheckedIn, When::Always);
    assert_eq!(refused(&hotel, "k1", other).await, ErrorCode::IdempotencyTokenReused);
    assert_eq!(world.stage("BK-0007"), "Booking Confirmed");
}

#[tokio::test]
async fn a_commit_survives_the_hotel_being_opened_again() {
    let world = World::new();
    let close =
        |hotel: &Hotel| move_booking(hotel, "BK-0003", BookingStatus::Reserved, BookingStatus::Cancelled);
    let first = world.hotel();
    done(&first, "k1", close(&first)).await;
    drop(first);
    let second = world.hotel();
    done(&second, "k1", close(&second)).await;
    assert_eq!(refused(&second, "k2", close(&second)).await, ErrorCode::InvalidTransition);
}
