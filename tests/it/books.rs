//! The check of the books notices what it is there for.

use rusqlite::Connection;
use serde_json::json;
use tests::{Books, World};

#[tokio::test]
async fn a_hotel_out_of_order_is_noticed() {
    let world = World::new();
    let staff = world.staff();
    let paid = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    assert!(staff.call("process_guest_checkout", paid).await.succeeded());
    assert!(staff.close().await.success());
    Books::open(&world).are_in_order();
    let again = "INSERT INTO intents (id, customer, amount_cents, currency, guest, booking, receipt_email, status, next_action_url, \
                 charge_id, created_at, charged_at) SELECT 'pi_again', customer, amount_cents, currency, guest, booking, receipt_email, \
                 status, next_action_url, charge_id, created_at, charged_at FROM intents WHERE booking = 'BK-0001'";
    let refund = "INSERT INTO refunds (id, intent, amount_cents, created_at) SELECT 're_1', id, amount_cents, '' FROM intents WHERE booking = 'BK-0001'";
    let too_much = "INSERT INTO refunds (id, intent, amount_cents, created_at) SELECT 're_1', id, amount_cents + 1, '' FROM intents WHERE booking = 'BK-0001'";
    let harm = [
        (
            "hotel",
            "UPDATE bookings SET room_id = (SELECT room_id FROM bookings WHERE number = 'BK-0002') \
                  WHERE number = 'BK-0003'",
            "the same night",
        ),
        ("hotel", "UPDATE rooms SET status = 'Vacant' WHERE number = '101'", "Occupied if and only if"),
        ("hotel", "UPDATE rooms SET status = 'Occupied' WHERE number = '100'", "Occupied if and only if"),
        ("hotel", "UPDATE rooms SET current_guest = 5 WHERE number = '101'", "current guest"),
        ("payments", again, "at most one payment"),
        ("payments", refund, "a stay that ended is paid"),
        ("payments", too_much, "more was refunded"),
        ("payments", "UPDATE intents SET amount_cents = 1 WHERE booking = 'BK-0001'", "folio exactly"),
        ("hotel", "UPDATE bookings SET status = 'Checked In' WHERE number = 'BK-0001'", "did not end"),
        ("hotel", "DELETE FROM payment_transactions WHERE booking_id = 1", "recorded with its booking"),
        (
            "hotel",
            "UPDATE payment_transactions SET kind = 'Refund' WHERE booking_id = 1",
            "what happened to it",
        ),
        ("hotel", "UPDATE opportunities SET stage = 'Booking Confirmed' WHERE id = 2", "the sale follows"),
        ("messages", "UPDATE messages SET key = 'another'", "no call staged"),
        ("journal", "UPDATE calls SET outcome = 'running'", "still running"),
        ("journal", "UPDATE calls SET outcome = 'needs_attention'", "needs attention"),
        ("journal", "UPDATE locks SET call = 1", "held by nobody"),
    ];
    for (file, change, rule) in harm {
        let hurt = World::new();
        std::fs::create_dir(hurt.data()).unwrap();
        for entry in std::fs::read_dir(world.data()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), hurt.data().join(entry.file_name())).unwrap();
        }
        let file = Connection::open(hurt.data().join(format!("{file}.db"))).unwrap();
        assert!(file.execute(change, []).unwrap() > 0, "{change} does no harm");
        let broken = Books::open(&hurt).broken_rules();
        assert!(broken.iter().any(|broken| broken.contains(rule)), "{change} goes unnoticed: {broken:?}");
    }
}
