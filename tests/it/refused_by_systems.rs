//! What a system behind the hotel refuses for reasons of its own: staff are told all of it, a guest that the front desk must
//! help, and nobody that nothing was done where something was.

use crate::recovery::due;
use serde_json::{Value, json};
use tests::{Books, Ran, World};

const BETH: &str = "beth.gibbs@email.com";
const SARAH: &str = "sarah@example.com";
/// What only staff may read.
const OF_THE_SYSTEM: [&str; 7] = [
    "FIELD_CUSTOM",
    "INVALID_FIELD",
    "Booking__c",
    "Reason__c",
    "Status__c",
    "A reason is needed",
    "No such column",
];
const STAFF: (&str, &str) = ("STAFF_EMAIL", "manager@dewyhotel.com");
const GUEST: (&str, &str) = ("GUEST_EMAIL", BETH);

fn leaving() -> Value {
    json!({"payment_method_id": "pm_card_visa", "guest_email": BETH, "idempotency_token": "leaving"})
}

async fn call(
    world: &World,
    server: &str,
    who: (&str, &str),
    faults: &str,
    tool: &str,
    arguments: &Value,
) -> Ran {
    world.run(server, &["call", tool, &arguments.to_string()], &[who, ("HOTEL_FAULTS", faults)], "").await
}

/// Beth checks out by herself, while this goes wrong.
async fn beth_leaves(world: &World, faults: &str) -> Value {
    call(world, "guest-server", GUEST, faults, "process_guest_checkout", &leaving()).await.json()
}

async fn staff(world: &World, faults: &str, tool: &str, arguments: &Value) -> Ran {
    call(world, "staff-server", STAFF, faults, tool, arguments).await
}

/// The latest call of a tool as staff see it.
async fn trail(world: &World, tool: &str) -> Value {
    let found = staff(world, "", "search_tool_calls", &json!({"tool": tool})).await.json();
    found["data"]["tool_calls"][0].clone()
}

fn says_nothing_of_the_system(told: &Value) {
    let text = told.to_string();
    for word in OF_THE_SYSTEM {
        assert!(!text.contains(word), "{word} in {told}");
    }
    assert!(text.contains("front desk"), "{told}");
}

#[tokio::test]
async fn staff_learn_what_to_mend_and_a_guest_whom_to_ask() {
    for (fault, code, status, field) in [
        ("records_refused", "RECORDS_REFUSED", 422, "Reason__c"),
        ("not_set_up", "NOT_SET_UP", 500, "Status__c"),
    ] {
        let world = World::new();
        let faults = format!("move_in={fault}");
        let ask = json!({"guest_email": SARAH, "idempotency_token": "arrival"});
        let ran = staff(&world, &faults, "check_in_guest", &ask).await;
        let told = ran.json();
        assert_eq!((&told["error_code"], &told["http_status"]), (&json!(code), &json!(status)));
        assert_eq!(
            (&told["details"]["object"], &told["details"]["field"]),
            (&json!("Booking__c"), &json!(field))
        );
        assert_eq!(told["retry_safe"], false);
        assert!(told["details"]["system_message"].is_string() && told["next_step"].is_string(), "{told}");
        let call_of = trail(&world, "check_in_guest").await;
        assert_eq!(call_of["outcome"], "refused");
        assert!(call_of["refused_because"].as_str().is_some_and(|why| why.contains(field)), "{call_of}");
        assert!(call_of["mended_by"].as_str().is_some_and(|who| who.starts_with("whoever")), "{call_of}");

        let who = ("GUEST_EMAIL", SARAH);
        let told = call(&world, "guest-server", who, &faults, "check_in_guest", &ask).await.json();
        assert_eq!((&told["error_code"], &told["http_status"]), (&json!(code), &json!(status)));
        says_nothing_of_the_system(&told);
        let call_of = trail(&world, "check_in_guest").await;
        assert_eq!(call_of["persona"], "guest");
        assert!(call_of["refused_because"].as_str().is_some_and(|why| why.contains(field)), "{call_of}");
    }
}

#[tokio::test]
async fn a_read_that_a_system_refuses_is_told_the_same_way() {
    let world = World::new();
    let ask = json!({"booking_number": "BK-0003"});
    let told =
        call(&world, "guest-server", ("GUEST_EMAIL", SARAH), "look_up=not_set_up", "cancel_booking", &ask);
    says_nothing_of_the_system(&told.await.json());
    assert_eq!(trail(&world, "cancel_booking").await["error_code"], "NOT_SET_UP");
}

#[tokio::test]
async fn the_log_says_it_once_in_the_systems_words_and_names_nobody() {
    let world = World::new();
    let ran =
        staff(&world, "move_in=records_refused", "check_in_guest", &json!({"guest_email": SARAH})).await;
    let lines: Vec<_> = ran.stderr.lines().filter(|line| line.contains("FIELD_CUSTOM_VALIDATION")).collect();
    let [line] = lines.as_slice() else { panic!("one line: {ran:?}") };
    for word in ["WARN", "check_in_guest", "Booking__c.Reason__c", "A reason is needed"] {
        assert!(line.contains(word), "{word}: {line}");
    }
    assert!(!ran.stderr.contains(BETH) && !ran.stderr.contains(SARAH), "{ran:?}");
}

#[tokio::test]
async fn a_guest_who_was_charged_and_refunded_is_told_so_and_told_the_same_again() {
    let world = World::new();
    let told = beth_leaves(&world, "close_stay=records_refused").await;
    says_nothing_of_the_system(&told);
    assert_eq!((&told["error_code"], &told["details"]["undone"]), (&json!("RECORDS_REFUSED"), &json!(true)));
    let said = told["error_message"].as_str().expect("a sentence");
    assert!(said.contains("charged") && said.contains("given back"), "{said}");
    assert_eq!((world.payments_taken("BK-0001"), world.payments_kept("BK-0001")), (1, 0));
    let again = beth_leaves(&world, "").await;
    assert_eq!(again, told, "a replay is told as the call was");
    // The staff's trail has the whole of it.
    let kept = trail(&world, "process_guest_checkout").await["answer"].clone();
    assert_eq!((&kept["error_code"], &kept["details"]["undone"]), (&told["error_code"], &json!(true)));
    assert_eq!(kept["details"]["system_code"], "FIELD_CUSTOM_VALIDATION_EXCEPTION");
}

/// Who finishes a guest's call answers it as a guest's.
#[tokio::test]
async fn a_guests_call_that_staff_finish_is_told_as_to_a_guest() {
    let world = World::new();
    let dies = "close_stay=killed_before";
    let gone = call(&world, "guest-server", GUEST, dies, "process_guest_checkout", &leaving()).await;
    assert_eq!(gone.code, None, "killed");
    due(&world);
    world
        .run("staff-server", &["reconcile"], &[STAFF, ("HOTEL_FAULTS", "close_stay=records_refused")], "")
        .await;
    let told = beth_leaves(&world, "").await;
    says_nothing_of_the_system(&told);
    assert_eq!((&told["error_code"], &told["details"]["undone"]), (&json!("RECORDS_REFUSED"), &json!(true)));
}

#[tokio::test]
async fn what_can_be_neither_finished_nor_undone_tells_staff_the_cause() {
    let faults = "close_stay=records_refused; undo confirm_payment=refused";
    let world = World::new();
    let told = beth_leaves(&world, faults).await;
    assert_eq!(told["error_code"], "NEEDS_ATTENTION");
    let text = told.to_string();
    assert!(OF_THE_SYSTEM.iter().all(|word| !text.contains(word)), "{told}");
    let report = world.run_staff(&["reconcile", "--json"]).await.json();
    let to_do = report["needs_attention"][0]["what_to_do"].as_str().expect("a sentence");
    assert!(to_do.contains("--resolve leaving") && to_do.contains("--fix"), "{to_do}");
}

/// Whatever the refusal said when it was worded, after a charge nothing says that nothing was done.
#[tokio::test]
async fn nothing_was_done_is_never_said_after_something_was() {
    for (faults, code) in [
        ("close_stay=refused", "INVALID_TRANSITION"),
        ("close_stay=records_refused", "RECORDS_REFUSED"),
        ("close_stay=refused; undo confirm_payment=refused", "NEEDS_ATTENTION"),
        ("close_stay=refused; undo confirm_payment=unreached!", "STRIPE_UNAVAILABLE"),
        ("close_stay=unreached!", "CHECKOUT_PENDING"),
        ("confirm_payment=answer_lost!", "STRIPE_UNAVAILABLE"),
        ("close_stay=panics", "UPSTREAM_TIMEOUT"),
    ] {
        for guest in [true, false] {
            let world = World::new();
            let told = if guest {
                beth_leaves(&world, faults).await
            } else {
                staff(&world, faults, "process_guest_checkout", &leaving()).await.json()
            };
            assert_eq!(told["error_code"], code, "{faults}: {told}");
            let said = told.to_string().to_lowercase();
            assert!(!said.contains("nothing was"), "{faults}: {told}");
            assert_eq!(
                Books::open(&world).count("SELECT count(*) FROM intents WHERE booking = 'BK-0001'"),
                1
            );
        }
    }
}
