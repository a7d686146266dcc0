//! The work of a search does not grow with the hotel. Work is counted in the instructions of SQLite, not in time.

use super::super::{MIGRATIONS, seed};
use super::rooms;
use crate::records::{Free, RoomQuery};
use crate::words::{Date, Nights, Page, RoomStatus, RoomType};
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

fn today() -> Date {
    Date::new("2026-11-28").unwrap()
}

/// The sample hotel with so many more rooms: every fourth is occupied, and each was sold four times before.
fn hotel_with(more_rooms: u32) -> Connection {
    let c = Connection::open_in_memory().unwrap();
    MIGRATIONS.iter().for_each(|migration| c.execute_batch(migration).unwrap());
    seed::plant(&c, today(), jiff::Timestamp::UNIX_EPOCH).unwrap();
    c.execute_batch(&format!(
        "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {more_rooms})
         SELECT i FROM n;
         INSERT INTO rooms (id, number, name, room_type, floor, rate_cents, max_occupancy, status)
         SELECT 1000 + i, 10000 + i, 'Room', iif(i % 10, 'Standard', 'Suite'), 10 + i / 500, 14999, 2,
           iif(i % 4, 'Vacant', 'Occupied') FROM n;
         INSERT INTO bookings (number, opportunity_id, guest_id, room_id, check_in, check_out, planned_check_out, guests,
           status, prices)
         SELECT format('BK-%d-%d', n.i, k.i), 1, 1, 1000 + n.i, date('2026-11-27', k.i || ' days'),
           date('2026-11-29', k.i || ' days'), date('2026-11-29', k.i || ' days'), 2,
           iif(k.i < 0, 'Checked Out', 'Checked In'), '149.99x2'
         FROM n, (SELECT -3 * column1 AS i FROM (VALUES (0), (1), (2), (3), (4))) k WHERE k.i < 0 OR n.i % 4 = 0;",
    ))
    .unwrap();
    c
}

/// How many instructions a search of rooms takes.
fn work(c: &mut Connection, query: &RoomQuery) -> u32 {
    let count = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&count);
    let count_one = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        false
    };
    c.progress_handler(1, Some(count_one)).unwrap();
    let page = Page::new(Some(serde_json::from_value(1.into()).unwrap()), None);
    let found = rooms(c, query, &page).unwrap();
    assert!(!found.items.is_empty(), "some room is found: {query:?}");
    c.progress_handler(1, None::<fn() -> bool>).unwrap();
    count.load(Ordering::Relaxed)
}

#[test]
fn a_search_of_rooms_costs_the_same_in_a_hotel_of_thousands() {
    let nights = |from: i32| Nights { from: today().plus_days(from), to: today().plus_days(from + 2) };
    let free = |from| Some(Free { nights: nights(from), today: today() });
    let queries = [
        RoomQuery { free: free(0), ..RoomQuery::default() },
        RoomQuery { free: free(30), ..RoomQuery::default() },
        RoomQuery { free: free(0), room_type: Some(RoomType::Suite), ..RoomQuery::default() },
        RoomQuery { free: free(0), sleeps: Some(2), ..RoomQuery::default() },
        RoomQuery { status: Some(RoomStatus::Vacant), ..RoomQuery::default() },
        RoomQuery { status: Some(RoomStatus::Occupied), ..RoomQuery::default() },
        RoomQuery::default(),
    ];
    // Both have more rooms than a count goes to.
    let (mut hundreds, mut thousands) = (hotel_with(3_000), hotel_with(9_000));
    for query in queries {
        let (few, many) = (work(&mut hundreds, &query), work(&mut thousands, &query));
        assert!(many <= few + few / 10, "{few} instructions became {many}: {query:?}");
    }
}
