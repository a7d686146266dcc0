//! Whatever goes wrong on the way to the org, what was asked for happens once, or it is said that it did not.

use super::Org;
use serde_json::{Value, json};
use tests::fakes::{Fault, On, When};
use tests::{Server, day};
use tokio::task::JoinSet;

const SARAH: &str = "sarah@example.com";

/// What can go wrong with one request such that asking again helps.
fn faults() -> Vec<Fault> {
    let both = [When::Before, When::After];
    let busy = |status| Fault::Busy { status, retry_after: Some(0) };
    let refuse = |status, code: &str| Fault::Refuse { status, code: code.to_owned() };
    let mut faults =
        vec![busy(429), busy(503), refuse(503, "SERVER_UNAVAILABLE"), Fault::ExpireSessions, Fault::Twice];
    faults.extend(both.map(Fault::Break));
    faults.extend(both.map(Fault::Lose));
    faults.extend(both.map(Fault::Html));
    faults.extend(both.map(Fault::List));
    faults.extend(both.map(Fault::Truncate));
    faults
}

/// A saga, and what must be true of the org afterwards.
type Scene = (&'static str, Value, fn(&Org));

fn scenes() -> Vec<Scene> {
    let book = json!({"guest_email": "ana@example.com", "guest_first_name": "Ana", "guest_last_name": "Ruiz",
        "room_number": "104", "check_in_date": day(1), "check_out_date": day(3)});
    vec![
        ("check_in_guest", json!({"guest_email": SARAH}), |org| {
            assert_eq!(
                (org.booking_status("BK-0003"), org.room_status("205")),
                ("Checked In".into(), "Occupied".into())
            );
        }),
        (
            "process_guest_checkout",
            json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"}),
            |org| {
                assert_eq!(
                    (org.booking_status("BK-0001"), org.room_status("201")),
                    ("Checked Out".into(), "Cleaning".into())
                );
                assert_eq!(org.fake.rows("Payment_Transaction__c").len(), 2, "Robert's and this one");
            },
        ),
        ("create_booking", book, |org| {
            assert_eq!((org.fake.rows("Booking__c").len(), org.fake.rows("Opportunity").len()), (11, 10));
            assert_eq!(org.booking_status("BK-0011"), "Reserved");
        }),
        (
            "submit_guest_service_request",
            json!({"guest_email": "beth.gibbs@email.com", "description": "Towels."}),
            |org| {
                assert_eq!(
                    org.fake.rows("Case").iter().filter(|case| case["Description"] == "Towels.").count(),
                    1
                );
            },
        ),
        ("manage_booking", json!({"booking_number": "BK-0007", "check_out_date": day(9)}), |org| {
            let sale = org.text("Booking__c", ("Name", "BK-0007"), "Opportunity__c");
            let amount = org.fake.row("Opportunity", "Id", &sale).expect("a sale")["Amount"].as_f64();
            assert_eq!(amount, Some(599.98), "lowered once");
        }),
        (
            "create_contact_if_not_found",
            json!({"email": "li@example.com", "first_name": "Li", "last_name": "Wu"}),
            |org| {
                assert_eq!(
                    org.fake.rows("Contact").iter().filter(|row| row["Email"] == "li@example.com").count(),
                    1
                );
            },
        ),
        ("assign_room", json!({"booking_number": "BK-0004", "room_number": "104"}), |org| {
            let room = org.text("Hotel_Room__c", ("Room_Number__c", "104"), "Id");
            assert_eq!(org.text("Booking__c", ("Name", "BK-0004"), "Room__c"), room);
        }),
        (
            "create_case",
            json!({"room_number": "104", "type": "Housekeeping", "description": "A lamp."}),
            |org| {
                assert_eq!(
                    org.fake.rows("Case").iter().filter(|case| case["Description"] == "A lamp.").count(),
                    1
                );
            },
        ),
        ("update_room_status", json!({"room_number": "204", "status": "Maintenance"}), |org| {
            assert_eq!(org.room_status("204"), "Maintenance");
        }),
    ]
}

async fn told(server: &Server, tool: &str, arguments: &Value) -> Value {
    server.call(tool, arguments.clone()).await.data().clone()
}

/// One after the other the scenes would mostly wait between two tries; so each is played beside the others.
#[tokio::test]
async fn a_write_that_goes_wrong_once_happens_once() {
    let mut stages = JoinSet::new();
    for scene in scenes() {
        stages.spawn(under_every_fault(scene));
    }
    stages.join_all().await;
}

async fn under_every_fault((tool, arguments, after): Scene) {
    let plain = Org::new();
    let expected = told(&plain.world.staff(), tool, &arguments).await;
    after(&plain);
    let mut faults = faults();
    faults.push(Fault::lock_row(0));
    // A reference that leads nowhere is said of a write; a service request's first subrequest only asks.
    let at = usize::from(tool == "submit_guest_service_request");
    for code in ["INVALID_INPUT", "MALFORMED_ID"] {
        faults.push(Fault::RefuseSubrequest { at, status: 400, code: code.to_owned() });
    }
    for fault in faults {
        let org = Org::new();
        // Writes are Composites of all or none.
        org.fake.fault(On::path("/composite").saying("\"allOrNone\":true"), fault.clone());
        let mut answer = told(&org.world.staff(), tool, &arguments).await;
        for own in ["idempotency_token", "payment_intent_id", "opened_at", "transaction_id"] {
            if let (Some(ours), Some(theirs)) = (answer.get_mut(own), expected.get(own)) {
                *ours = theirs.clone();
            }
        }
        // Whether its first delivery did it, or another machine, nobody can tell: then the answer is the present state.
        if !matches!(fault, Fault::Twice) {
            assert_eq!(answer, expected, "{tool} under {fault:?}");
        }
        after(&org);
        assert_eq!(
            org.fake.rows("Booking__c").len(),
            plain.fake.rows("Booking__c").len(),
            "{tool} under {fault:?}"
        );
    }
}

#[tokio::test]
async fn a_read_that_goes_wrong_is_asked_again() {
    let mut stages = JoinSet::new();
    for fault in faults() {
        stages.spawn(async move {
            let org = Org::new();
            let staff = org.world.staff();
            org.fake.fault(On::path("/services/data").times(2), fault.clone());
            staff.done("search_contacts", json!({"query": "beth"})).await;
            org.fake.fault(On::path("/services/data").times(2), fault);
            staff.done("check_in_guest", json!({"guest_email": SARAH})).await;
        });
    }
    stages.join_all().await;
}

#[tokio::test]
async fn an_expired_session_is_renewed_once_for_all() {
    let org = Org::new();
    let staff = org.world.staff();
    staff.done("search_contacts", json!({})).await;
    org.fake.forget();
    org.fake.expire_sessions();
    let search = |query: &str| staff.call("search_contacts", json!({"query": query}));
    let (a, b, c) = tokio::join!(search("beth"), search("carl"), search("sarah"));
    assert!([a, b, c].iter().all(tests::Told::succeeded));
    let logins = org.fake.recorded().iter().filter(|call| !call.is_api()).count();
    assert_eq!(logins, 1);
}

#[tokio::test]
async fn a_session_of_ones_own_that_has_expired_is_an_outage_that_says_so() {
    let org = Org::new();
    let (url, session) = (org.fake.url(), org.fake.session());
    let env = vec![
        ("SALESFORCE_LOGIN_URL", String::new()),
        ("SALESFORCE_CLIENT_ID", String::new()),
        ("SALESFORCE_CLIENT_SECRET", String::new()),
        ("SALESFORCE_INSTANCE_URL", url),
        ("SALESFORCE_ACCESS_TOKEN", session.clone()),
        ("RUST_LOG", "info".to_owned()),
    ];
    let org = org.with_env(env);
    let mut staff = org.world.staff();
    staff.done("search_contacts", json!({"query": "beth"})).await;
    org.fake.expire_sessions();
    let told = staff.call("search_contacts", json!({"query": "beth"})).await;
    assert_eq!(
        (told.code(), &told.0["next_step"]),
        ("SALESFORCE_UNAVAILABLE", &json!("Call again in a moment.")),
        "a search has no token"
    );
    let told = staff.call("check_in_guest", json!({"guest_email": SARAH})).await;
    assert_eq!(told.code(), "SALESFORCE_UNAVAILABLE");
    let said = staff.last_words().await;
    assert!(said.contains("SALESFORCE_ACCESS_TOKEN has expired") && !said.contains(&session), "{said}");
    assert_eq!(org.booking_status("BK-0003"), "Reserved");
}

#[tokio::test]
async fn an_org_that_is_not_set_up_or_has_no_calls_left_is_never_not_found() {
    let limited = Org::new();
    let staff = limited.world.staff();
    staff.done("search_contacts", json!({})).await;
    limited.fake.leave_calls(0);
    for (tool, arguments) in
        [("search_contacts", json!({})), ("check_in_guest", json!({"guest_email": SARAH}))]
    {
        let told = staff.call(tool, arguments).await;
        assert_eq!(
            (told.code(), &told.details()["retry_after_seconds"]),
            ("RATE_LIMITED", &json!(600)),
            "{tool}"
        );
    }
    let wait = Fault::Busy { status: 429, retry_after: Some(600) };
    let org = Org::new();
    org.fake.fault(On::path("/services/data").always(), wait);
    let told = org.world.staff().call("check_in_guest", json!({"guest_email": SARAH})).await;
    assert_eq!((told.code(), &told.details()["retry_after_seconds"]), ("RATE_LIMITED", &json!(600)));
    let org = Org::new();
    let check = On::path("/query").method("GET").saying("Room__r.Room_Number__c = '104'");
    let used_up = Fault::Refuse { status: 403, code: "REQUEST_LIMIT_EXCEEDED".to_owned() };
    org.fake.fault(check.always(), used_up);
    let (from, to) = (day(11), day(13));
    let book =
        json!({"guest_email": SARAH, "room_number": "104", "check_in_date": from, "check_out_date": to});
    let told = org.world.staff().call("create_booking", book).await;
    let wait = &told.details()["retry_after_seconds"];
    assert_eq!(
        (told.code(), wait),
        ("RATE_LIMITED", &json!(600)),
        "of a booking that is made but not checked"
    );
    let strange = Org::new();
    let refuse = Fault::RefuseSubrequest { at: 1, status: 400, code: "INVALID_FIELD".to_owned() };
    strange.fake.fault(On::path("/services/data").always(), refuse);
    let staff = strange.world.staff();
    for (tool, arguments) in
        [("search_contacts", json!({})), ("check_in_guest", json!({"guest_email": SARAH}))]
    {
        let told = staff.call(tool, arguments).await;
        assert_eq!((told.code(), &told.0["retry_safe"]), ("NOT_SET_UP", &json!(false)), "{tool}");
        assert_eq!(told.details()["system_code"], "INVALID_FIELD", "{tool}");
    }
}

/// An answer that never comes: the call is told to be pending, and recovery finds that it is done.
#[tokio::test]
async fn a_write_whose_answers_are_all_lost_is_finished_later() {
    let org = Org::new().with_env(vec![("HOTEL_CALL_DEADLINE_SECONDS", "1".to_owned())]);
    let staff = org.world.staff();
    let write = On::path("/composite").saying("\"allOrNone\":true");
    org.fake.fault(write, Fault::Lose(When::After));
    // Nor can anything be read after it.
    org.fake.fault(On::path("/services/data").after(2).always(), Fault::Lose(When::Before));
    let arguments = json!({"guest_email": SARAH, "idempotency_token": "arrival"});
    let told = staff.call("check_in_guest", arguments.clone()).await;
    assert_eq!(told.0["retry_safe"], true, "{}", told.0);
    assert_eq!(org.booking_status("BK-0003"), "Checked In");
    org.fake.calm();
    let journal = rusqlite::Connection::open(org.world.data().join("journal.db")).expect("a journal");
    journal.execute("UPDATE calls SET lease_until = 0 WHERE outcome = 'running'", []).expect("it has rested");
    let told = org.world.staff().call("check_in_guest", arguments).await;
    assert_eq!(told.data()["room_status"], "Occupied");
}
