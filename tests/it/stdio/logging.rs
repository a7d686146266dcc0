//! However much the log is asked to say, it says nothing of what callers said.

use serde_json::json;
use tests::World;

const PRIVATE: [&str; 6] =
    ["beth.gibbs", "wanda.private", "+15559998877", "pm_card_visa", "pi_seed_0009", "my-own-token"];

#[tokio::test]
async fn no_level_of_logging_shows_what_callers_said() {
    let asked = ["debug", "trace", "rmcp=trace", "rmcp::service=trace,rmcp::transport=trace"];
    for level in asked {
        let world = World::new();
        let mut server = world.start("staff-server", &[], &[("RUST_LOG", level)]);
        server.initialize("2025-06-18").await;
        let wanda = json!({"email": "wanda.private@example.com", "first_name": "Wanda", "last_name": "Private",
            "phone": "+15559998877", "idempotency_token": "my-own-token"});
        server.call("create_contact_if_not_found", wanda).await.data();
        let out = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
        server.call("process_guest_checkout", out).await.data();
        server.call("retrieve_payment_status", json!({"payment_intent_id": "pi_seed_0009"})).await.data();
        server.call("search_contacts", json!({"query": "wanda.private", "limit": 99})).await.code();
        let said = server.last_words().await;
        for private in PRIVATE {
            assert!(!said.contains(private), "RUST_LOG={level} shows {private}: {said}");
        }
    }
}

#[tokio::test]
async fn the_log_says_on_stderr_what_each_role_runs_on() {
    let world = World::new().with_env("RUST_LOG", "info");
    let mut server = world.staff();
    server.call("search_contacts", json!({})).await.data();
    let said = server.last_words().await;
    for role in ["records", "payments", "messages"] {
        assert!(said.contains(role) && said.contains("embedded"), "{said}");
    }
    assert!(!said.contains('\u{1b}'), "no terminal colours in a log file: {said}");
}

#[tokio::test]
async fn a_kiosk_is_warned_about() {
    let world = World::new();
    let mut kiosk = world.kiosk();
    kiosk.call("check_in_guest", json!({})).await.code();
    let said = kiosk.last_words().await;
    assert!(said.contains("GUEST_EMAIL"), "{said}");
    let mut bound = world.guest("beth.gibbs@email.com");
    bound.call("search_bookings_on_behalf_of_guest", json!({})).await.data();
    let said = bound.last_words().await;
    assert!(!said.contains("GUEST_EMAIL"), "{said}");
}
