//! A card number given where a payment method is asked for.

use serde_json::json;
use tests::World;

/// Whether a file under `folder` holds the digits, however they are parted.
fn kept_somewhere(folder: &std::path::Path) -> Option<String> {
    let needles = [
        "4242424242424242",
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "4.242424242424242",
        "4242_4242_4242_4242",
    ];
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let bytes = std::fs::read(&path).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        if let Some(needle) = needles.iter().find(|needle| text.contains(**needle)) {
            return Some(format!("{needle} in {}", path.display()));
        }
    }
    None
}

#[tokio::test]
async fn a_card_number_given_as_a_payment_method_is_kept_nowhere() {
    let world = World::new().with_env("RUST_LOG", "trace");
    let numbers = [
        json!("4242424242424242"),
        json!("4242 4242 4242 4242"),
        json!("4242-4242-4242-4242"),
        json!(4_242_424_242_424_242_u64),
        json!(4_242_424_242_424_242.0),
        json!(["4242424242424242"]),
        json!({"number": "4242424242424242"}),
        json!("pm_4242424242424242"),
        json!("card_4242424242424242"),
        json!("pm_4242424242424242_visa"),
        json!("pm_my4242424242424242"),
        json!("card_4242_4242_4242_4242"),
        json!(" 4242424242424242 "),
        json!("tok_4242424242424242"),
    ];
    let beside = [
        json!({}),
        json!({"guest_email": "not an e-mail"}),
        json!({"guest_email": 7}),
        json!({"guest_email": "carl.smith@example.com"}),
        json!({"booking_number": ""}),
        json!({"amount_cents": "much"}),
        json!({"unknown": 1}),
        json!({"idempotency_token": "not visible"}),
        json!({"booking_number": "BK-9999"}),
        json!({"room_number": "999"}),
    ];
    let servers = [world.staff(), world.guest("beth.gibbs@email.com"), world.kiosk()];
    for server in &servers {
        for number in &numbers {
            for more in &beside {
                let mut arguments = more.clone();
                arguments["payment_method_id"] = number.clone();
                let told = server.call("process_guest_checkout", arguments.clone()).await;
                assert!(!told.succeeded(), "{told:?}");
                let text = told.0.to_string();
                assert!(!text.contains("4242"), "{arguments}: {text}");
            }
        }
        assert!(!server.stderr().contains("42424242"), "{}", server.stderr());
        assert!(!server.stderr().contains("4242 4242"), "{}", server.stderr());
    }
    assert_eq!(kept_somewhere(&world.data()), None);
    for server in servers {
        server.close().await;
    }
    assert_eq!(kept_somewhere(&world.data()), None);
}
