//! What all changes write together is what the tables of fields say is written: nothing else, and nothing less.

use super::super::Org;
use super::{
    BETH, SARAH, booking, change_booking, email, key, move_booking, move_room, nights, reservation, room,
    sale, today, towels,
};
use ::skills::operations::bookings::ChangeBooking;
use ::skills::operations::cases::{ChangeCase, MoveCase};
use ::skills::operations::contacts::UpsertContact;
use ::skills::operations::opportunities::{MoveOpportunity, Repriced, When};
use ::skills::operations::payments::{PaymentKind, RecordPayment};
use ::skills::systems::Hotel;
use ::skills::systems::crm::salesforce::fields::{Field, OBJECTS};
use ::skills::systems::crm::{Change, SentMessage};
use ::skills::words::{
    BookingStatus, CaseStatus, CaseType, Cents, ContactMethod, ContactType, LongText, PersonName,
    PhoneNumber, Prices, Priority, RoomStatus, Stage,
};
use std::collections::BTreeSet;
use tests::fakes::Data;

/// Object, whether records are made or changed, field.
type Written = BTreeSet<(String, &'static str, String)>;

/// The fields in what was sent to the org.
fn sent_to(org: &Org) -> Written {
    let mut written = Written::new();
    let mut add = |object: &str, how, body: &serde_json::Value| {
        let names = body.as_object().expect("fields").keys().filter(|name| *name != "attributes");
        written.extend(names.map(|name| (object.to_owned(), how, name.clone())));
    };
    for call in org.fake.recorded() {
        for part in call.subrequests.iter().filter(|part| part.method != "GET") {
            let path = part.url.split("/sobjects/").nth(1).expect("an object");
            let how = if part.method == "POST" { "made" } else { "changed" };
            add(path.split('/').next().expect("an object"), how, &part.body);
        }
        for record in call.body["records"].as_array().into_iter().flatten() {
            add(record["attributes"]["type"].as_str().expect("an object"), "made", record);
        }
    }
    written
}

/// The fields that the tables say are written.
fn by_the_tables() -> Written {
    let mut written = Written::new();
    for object in OBJECTS {
        // What only some orgs have: this one has our package, one currency, and no Account for guests.
        let there = |field: &&Field| field.only_for.is_none() || field.is_custom();
        for field in object.fields.iter().filter(there) {
            let ways = [(field.made || field.sampled, "made"), (field.changed, "changed")];
            let ways = ways.into_iter().filter(|(is_so, _)| *is_so);
            written.extend(ways.map(|(_, how)| (object.name.to_owned(), how, field.name.to_owned())));
        }
    }
    written
}

async fn done(hotel: &Hotel, under: &str, changes: &[Change]) -> ::skills::systems::crm::Committed {
    let done = hotel.crm.commit(&key(under), changes, false).await;
    done.unwrap_or_else(|error| panic!("{under}: {error:?}"))
}

async fn people_and_bookings(hotel: &Hotel) {
    let person = |who: &str| UpsertContact {
        email: email(who),
        first_name: Some(PersonName::new("Ada").unwrap()),
        last_name: Some(PersonName::new("Lovelace").unwrap()),
        phone: Some(PhoneNumber::read("+15551234567", None).unwrap()),
        contact_type: Some(ContactType::Guest),
        prefers: Some(ContactMethod::Email),
    };
    done(hotel, "new", &[person("ada@example.com").into()]).await;
    done(hotel, "known", &[person(SARAH).into()]).await;
    let new: [Change; 2] = [sale(hotel, "ours", 1, 3).into(), reservation(hotel, "ours", "104", 1, 3).into()];
    let number = done(hotel, "book", &new).await.booking_number.expect("a number");
    let change = ChangeBooking {
        nights: Some(nights(hotel, 2, 6)),
        room: Some(room("105")),
        agreed: Some(Prices::each(Cents(14_999), 4)),
        number_of_guests: Some(1),
        special_requests: Some(LongText::new("Quiet").unwrap()),
        guest: Some(email(BETH)),
        ..change_booking(hotel, number.as_str(), BookingStatus::Reserved).await
    };
    done(hotel, "change", &[change.into()]).await;
    let cancel = (BookingStatus::Reserved, BookingStatus::Cancelled);
    done(hotel, "cancel", &[move_booking(hotel, number.as_str(), cancel.0, cancel.1).await]).await;
}

async fn cases(hotel: &Hotel) {
    let case = done(hotel, "towels", &[towels("case").into()]).await.case_number.expect("a number");
    let edit = ChangeCase {
        case: case.clone(),
        expect: CaseStatus::New.into(),
        case_type: Some(CaseType::Facilities),
        priority: Some(Priority::Low),
        room: Some(room("202")),
        description: Some(LongText::new("Soap").unwrap()),
    };
    done(hotel, "edit", &[edit.into()]).await;
    let (from, to) = (CaseStatus::New.into(), CaseStatus::Working);
    done(hotel, "work", &[MoveCase { case, from, to, at: jiff::Timestamp::now() }.into()]).await;
    let seen = change_booking(hotel, "BK-0001", BookingStatus::CheckedIn).await;
    done(hotel, "given", &[ChangeBooking { guest: Some(email(SARAH)), ..seen }.into()]).await;
}

async fn rooms_and_money(hotel: &Hotel) {
    let occupied = (RoomStatus::Vacant, RoomStatus::Occupied);
    done(hotel, "room", &[move_room("108", occupied.0, occupied.1, None, Some(BETH))]).await;
    let closed = MoveOpportunity {
        booking: booking("BK-0001"),
        to: Some(Stage::ClosedWon),
        when: When::Always,
        payment: Some("pi_1".to_owned().try_into().unwrap()),
        close_date: Some(today(hotel)),
        repriced: Some(Repriced { seen: Some(Cents(29_998)), to: Cents(14_999) }),
    };
    done(hotel, "closed", &[closed.into()]).await;
    let pay = |kind, stands_again| RecordPayment {
        booking: booking("BK-0001"),
        payment: "pi_1".to_owned().try_into().unwrap(),
        kind,
        amount: Cents(29_998),
        at: jiff::Timestamp::now(),
        stands_again,
    };
    done(hotel, "paid", &[pay(PaymentKind::Charge, false).into()]).await;
    done(hotel, "back", &[pay(PaymentKind::Refund, false).into()]).await;
    done(hotel, "failed", &[pay(PaymentKind::Charge, true).into()]).await;
    let text = SentMessage {
        id: "SM1".to_owned(),
        to: "+15551234567".to_owned(),
        body: "Welcome".to_owned(),
        sent_at: jiff::Timestamp::now(),
        delivery: None,
        booking: Some(booking("BK-0001")),
    };
    hotel.crm.record_messages(&[text]).await.expect("kept");
}

#[tokio::test]
async fn all_changes_write_together_what_the_tables_say() {
    let org = Org::new();
    org.fake.has_package();
    let hotel = org.hotel();
    let _ = hotel.crm.rooms(&Default::default(), &Default::default()).await; // what the org has is known
    people_and_bookings(&hotel).await;
    cases(&hotel).await;
    rooms_and_money(&hotel).await;
    let empty = Org::with(Data::Empty);
    empty.fake.permit(&["Hotel_MCP_Run", "Hotel_MCP_Setup"]);
    let there = empty.hotel();
    there.crm.load_sample(today(&there), false).await.expect("the sample hotel");
    let written: Written = sent_to(&org).union(&sent_to(&empty)).cloned().collect();
    let tables = by_the_tables();
    assert_eq!(written.difference(&tables).collect::<Vec<_>>(), Vec::<&_>::new(), "the tables do not say so");
    assert_eq!(
        tables.difference(&written).collect::<Vec<_>>(),
        Vec::<&_>::new(),
        "no change of this test writes it"
    );
}
