//! The embedded hotel's file was changed by hand: a row has a word that is none of ours, or a table is gone.

use super::{embedded, is_read, out_of_order, tells_no_files, tidy};
use rusqlite::Connection;
use serde_json::json;

#[tokio::test]
async fn what_cannot_be_read_is_told_as_damage_and_found_by_doctor() {
    let ways = ["UPDATE opportunities SET stage = 'X'", "DROP TABLE payment_transactions"];
    for sql in ways {
        let world = embedded();
        let (staff, sarah) = (world.staff(), world.guest("sarah@example.com"));
        tidy(&staff, "106", "Vacant").await.data();
        Connection::open(world.data().join("hotel.db")).unwrap().execute_batch(sql).unwrap();
        for (tool, arguments) in [
            ("search_bookings_on_behalf_of_staff", json!({})),
            ("check_in_guest", json!({"guest_email": "sarah@example.com"})),
        ] {
            let told = staff.call(tool, arguments).await;
            assert_eq!(out_of_order(&told), (500, false, "hotel.db".to_owned()), "{tool} after {sql}");
            assert!(!told.0.to_string().contains("idempotency_token"), "{}", told.0);
        }
        let told = sarah.call("search_bookings_on_behalf_of_guest", json!({})).await;
        assert_eq!((told.code(), &told.0["http_status"]), ("STORAGE_UNAVAILABLE", &json!(500)));
        tells_no_files(&told.0, &world);
        is_read(&staff).await;
        let ran = world.run_staff(&["doctor"]).await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stdout.contains("hotel.db cannot be read: "), "{ran:?}");
    }
}
