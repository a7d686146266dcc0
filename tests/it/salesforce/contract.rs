//! The role itself: what is seen, found, changed and refused is the same as in the embedded hotel.

use super::Org;
use ::skills::records::{
    Case, CaseLike, CaseQuery, ContactQuery, Free, Listed, Look, RoomQuery, Seen, Sought, Stay, StayQuery,
};
use ::skills::systems::Hotel;
use ::skills::words::{
    BookingNumber, BookingStatus, CaseStatus, CaseType, ContactType, Date, Email, Limit, LongText, Nights,
    Page, Priority, RoomNumber, RoomStatus, RoomType, SearchText,
};
use jiff::{SignedDuration, Timestamp};
use tests::World;

const SARAH: &str = "sarah@example.com";

fn email(text: &str) -> Email {
    Email::new(text).expect("an e-mail")
}

fn today(hotel: &Hotel) -> Date {
    hotel.today()
}

/// When it was opened differs by the moments between two seeds.
fn timeless(mut case: Case) -> Case {
    case.opened_at = Timestamp::UNIX_EPOCH;
    case.closed_at = case.closed_at.map(|_| Timestamp::UNIX_EPOCH);
    case
}

/// What tells a booking from others of its number, and whether its nights share the sale's amount, is each system's own.
fn comparable(stay: Stay) -> Stay {
    Stay { key: String::new(), shares_evenly: false, sharing: None, ..stay }
}

fn timeless_seen(seen: Seen) -> Seen {
    Seen {
        case: seen.case.map(timeless),
        same_cases: seen.same_cases.into_iter().map(timeless).collect(),
        stays: seen.stays.into_iter().map(comparable).collect(),
        booking: seen.booking.map(comparable),
        paid: seen.paid.map(comparable),
        reservations: seen.reservations.into_iter().map(comparable).collect(),
        ..seen
    }
}

#[tokio::test]
async fn a_look_sees_what_it_sees_in_the_embedded_hotel() {
    let (org, world) = (Org::new(), World::new());
    let (there, here) = (org.hotel(), world.hotel());
    let at = async |look: Look| {
        let (a, b) =
            (there.crm.look(&look).await.expect("a look"), here.crm.look(&look).await.expect("a look"));
        let (a, b) = (timeless_seen(a), timeless_seen(b));
        assert_eq!(a, b, "{look:?}");
        a
    };
    let look = || Look::on(today(&here));
    for guest in [
        "beth.gibbs@email.com",
        SARAH,
        "wei.chen@example.com",
        "rthompson@example.com",
        "bob@bobsplumbing.com",
        "nobody@example.com",
    ] {
        at(Look { guest: Some(email(guest)), ..look() }).await;
    }
    for number in ["BK-0001", "BK-0005", "BK-0009", "BK-0010", "BK-9999"] {
        at(Look { booking: Some(BookingNumber::new(number).unwrap()), ..look() }).await;
    }
    for room in ["101", "203", "999"] {
        at(Look { room: Some(RoomNumber::new(room).unwrap()), ..look() }).await;
    }
    for (room, from, reserved) in
        [("205", 0, 1), ("209", 25, 1), ("209", 26, 0), ("101", 0, 0), ("999", 0, 0)]
    {
        let (room, from) = (RoomNumber::new(room).unwrap(), today(&here).plus_days(from));
        let seen = at(Look { room: Some(room.clone()), reserved_from: Some(from), ..look() }).await;
        assert_eq!(seen.reservations.len(), reserved, "{room} from {from}");
    }
    let case = there.crm.cases(&CaseQuery::default(), &Page::most()).await.unwrap().items.remove(0);
    let like = CaseLike {
        guest: case.guest.as_ref().map(|guest| guest.email.clone()),
        room: case.room.clone(),
        case_type: case.case_type.known().expect("a kind of ours"),
        description: LongText::new(case.description.clone()).unwrap(),
        opened_since: Timestamp::now() - SignedDuration::from_hours(200),
    };
    let seen = there
        .crm
        .look(&Look { case: Some(case.number.clone()), same_case: Some(like.clone()), ..look() })
        .await;
    let seen = seen.unwrap();
    assert_eq!(seen.case.as_ref(), Some(&case));
    let open = case.status != CaseStatus::Closed;
    assert_eq!(seen.same_cases.len(), usize::from(open), "{case:?}");
    let other = CaseLike { description: LongText::new("something else").unwrap(), ..like };
    assert!(there.crm.look(&Look { same_case: Some(other), ..look() }).await.unwrap().same_cases.is_empty());
    let all = at(Look {
        guest: Some(email("rthompson@example.com")),
        booking: Some(BookingNumber::new("BK-0003").unwrap()),
        payment: Some("pi_seed_0009".to_owned().try_into().unwrap()),
        room: Some(RoomNumber::new("205").unwrap()),
        ..look()
    })
    .await;
    assert!(all.paid.is_some(), "by its payment");
}

#[tokio::test]
async fn rooms_are_found_as_in_the_embedded_hotel() {
    let (org, world) = (Org::new(), World::new());
    let (there, here) = (org.hotel(), world.hotel());
    let day = today(&here);
    let free = |from, to| {
        Some(Free { nights: Nights { from: day.plus_days(from), to: day.plus_days(to) }, today: day })
    };
    let queries = [
        RoomQuery::default(),
        RoomQuery { number: Some(RoomNumber::new("205").unwrap()), ..RoomQuery::default() },
        RoomQuery { number_begins: Some("20".to_owned()), ..RoomQuery::default() },
        RoomQuery { number_begins: Some("2%".to_owned()), ..RoomQuery::default() },
        RoomQuery { status: Some(RoomStatus::Cleaning), ..RoomQuery::default() },
        RoomQuery {
            floor: Some(2),
            room_type: Some(RoomType::Deluxe),
            sleeps: Some(4),
            ..RoomQuery::default()
        },
        RoomQuery { free: free(0, 1), ..RoomQuery::default() },
        RoomQuery { free: free(1, 2), sleeps: Some(3), ..RoomQuery::default() },
        RoomQuery { free: free(3, 30), ..RoomQuery::default() },
        RoomQuery { guest: Some((email(SARAH), vec![BookingStatus::Reserved])), ..RoomQuery::default() },
    ];
    for query in queries {
        let mut page = Page { limit: Limit::try_from(5).unwrap(), cursor: None };
        loop {
            let (a, b) =
                (there.crm.rooms(&query, &page).await.unwrap(), here.crm.rooms(&query, &page).await.unwrap());
            assert_eq!(a, b, "{query:?}");
            let Some(next) = a.next_cursor else { break };
            page.cursor = Some(next);
        }
    }
}

#[tokio::test]
async fn stays_are_found_as_in_the_embedded_hotel() {
    let (org, world) = (Org::new(), World::new());
    let (there, here) = (org.hotel(), world.hotel());
    let day = today(&here);
    let queries = [
        StayQuery::default(),
        StayQuery { guest: Some(email("wei.chen@example.com")), ..StayQuery::default() },
        StayQuery { room: Some(RoomNumber::new("205").unwrap()), ..StayQuery::default() },
        StayQuery { booking: Some(BookingNumber::new("bk-0007").unwrap()), ..StayQuery::default() },
        StayQuery { number_begins: Some("BK-000".to_owned()), ..StayQuery::default() },
        StayQuery { number_begins: Some("BK-_00".to_owned()), ..StayQuery::default() },
        StayQuery {
            number_begins: Some("BK-0005".to_owned()),
            guest: Some(email("wei.chen@example.com")),
            ..StayQuery::default()
        },
        StayQuery { external_id: Some("ours".to_owned().try_into().unwrap()), ..StayQuery::default() },
        StayQuery {
            statuses: vec![BookingStatus::Cancelled, BookingStatus::CheckedOut],
            ..StayQuery::default()
        },
        StayQuery { arriving_on: Some(day), ..StayQuery::default() },
        StayQuery { departing_on: Some(day), ..StayQuery::default() },
    ];
    for query in queries {
        for limit in [3, 50] {
            let (mut ours, mut theirs) = (vec![], vec![]);
            let mut pages = (Page { limit: Limit::try_from(limit).unwrap(), cursor: None }, Page::default());
            pages.1 = pages.0.clone();
            loop {
                let a = there.crm.stays(&query, &pages.0).await.unwrap();
                let b = here.crm.stays(&query, &pages.1).await.unwrap();
                assert_eq!(
                    (a.total, a.next_cursor.is_some()),
                    (b.total, b.next_cursor.is_some()),
                    "{query:?}"
                );
                let stays = |items: Vec<Listed>| items.into_iter().filter_map(Listed::stay).map(comparable);
                ours.extend(stays(a.items));
                theirs.extend(stays(b.items));
                (pages.0.cursor, pages.1.cursor) = (a.next_cursor, b.next_cursor);
                if pages.0.cursor.is_none() {
                    break;
                }
            }
            assert_eq!(ours, theirs, "{query:?}");
        }
    }
    let foreign = Page { cursor: Some(::skills::words::Cursor::after("205")), ..Page::default() };
    assert!(there.crm.stays(&StayQuery::default(), &foreign).await.is_err(), "a cursor of another list");
}

#[tokio::test]
async fn cases_and_people_are_found_as_in_the_embedded_hotel() {
    let (org, world) = (Org::new(), World::new());
    let (there, here) = (org.hotel(), world.hotel());
    let cases = [
        CaseQuery::default(),
        CaseQuery { room: Some(RoomNumber::new("107").unwrap()), ..CaseQuery::default() },
        CaseQuery { guest: Some(email("beth.gibbs@email.com")), ..CaseQuery::default() },
        CaseQuery { statuses: CaseStatus::OPEN.to_vec(), ..CaseQuery::default() },
        CaseQuery {
            statuses: vec![CaseStatus::Closed],
            case_type: Some(CaseType::Concierge),
            ..CaseQuery::default()
        },
        CaseQuery { priority: Some(Priority::High), ..CaseQuery::default() },
    ];
    for query in cases {
        let page = Page::most();
        let (a, b) =
            (there.crm.cases(&query, &page).await.unwrap(), here.crm.cases(&query, &page).await.unwrap());
        let plain = |cases: Vec<Case>| -> Vec<Case> {
            let numberless = |case| Case { number: "1".to_owned().try_into().unwrap(), ..timeless(case) };
            cases.into_iter().map(numberless).collect()
        };
        assert_eq!((plain(a.items), a.total), (plain(b.items), b.total), "{query:?}");
    }
    let people = |text: Option<&str>, contact_type| ContactQuery {
        sought: text.map(|text| Sought::new(&SearchText::new(text).unwrap(), None)),
        contact_type,
    };
    let queries = [
        people(None, None),
        people(Some("o'b"), None),
        people(Some("BETH gibbs"), None),
        people(Some("Gibbs, Beth"), None),
        people(Some("(555) 010-0004"), None),
        people(Some("o\u{2019}brien p"), None),
        people(Some("s"), None),
        people(Some("50100004"), None),
        people(Some("%"), None),
        people(Some("_"), None),
        people(Some("example.com"), Some(ContactType::Guest)),
        people(None, Some(ContactType::Manager)),
    ];
    for query in queries {
        let page = Page::most();
        let (a, b) = (
            there.crm.contacts(&query, &page).await.unwrap(),
            here.crm.contacts(&query, &page).await.unwrap(),
        );
        assert_eq!((a.items, a.total), (b.items, b.total), "{query:?}");
    }
}
