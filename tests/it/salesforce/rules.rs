//! What the org's own administrators have made of it. Whoever calls is told who can mend it; staff are told it in the org's
//! words; and what no repetition changes is not repeated.

use super::Org;
use serde_json::{Value, json};
use tests::fakes::{Fault, On};
use tests::{Told, day};

const BETH: &str = "beth.gibbs@email.com";
const SARAH: &str = "sarah@example.com";

/// Every tool that writes, with the object whose row it makes or changes.
fn writes() -> Vec<(&'static str, Value, &'static str)> {
    let dates = |tool| (tool, json!({"booking_number": "BK-0007", "check_out_date": day(9)}));
    let (manage, longer) = dates("manage_booking");
    let book = json!({"guest_email": "ana@example.com", "guest_first_name": "Ana", "guest_last_name": "Ruiz",
        "room_number": "104", "check_in_date": day(1), "check_out_date": day(3)});
    let person = json!({"email": "li@example.com", "first_name": "Li", "last_name": "Wu"});
    let tap = json!({"room_number": "204", "description": "The tap drips.", "staff_email": "manager@dewyhotel.com"});
    vec![
        ("check_in_guest", json!({"guest_email": SARAH}), "Booking__c"),
        ("create_booking", book, "Booking__c"),
        (manage, longer, "Booking__c"),
        ("cancel_booking", json!({"booking_number": "BK-0008"}), "Booking__c"),
        ("assign_room", json!({"booking_number": "BK-0003", "room_number": "204"}), "Booking__c"),
        ("submit_guest_service_request", json!({"guest_email": BETH, "description": "Towels."}), "Case"),
        ("submit_maintenance_request", tap, "Case"),
        ("create_case", json!({"room_number": "101", "type": "Concierge", "description": "A taxi."}), "Case"),
        ("manage_case", json!({"case_number": "CASE", "priority": "High"}), "Case"),
        ("create_contact_if_not_found", person, "Contact"),
        ("update_room_status", json!({"room_number": "204", "status": "Maintenance"}), "Hotel_Room__c"),
        (
            "process_guest_checkout",
            json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"}),
            "Booking__c",
        ),
    ]
}

fn refused(told: &Told, code: &str, status: u64, details: &[(&str, &str)]) {
    assert_eq!((told.code(), told.0["http_status"].as_u64()), (code, Some(status)), "{}", told.0);
    assert_eq!(told.0["retry_safe"], false, "{}", told.0);
    for (name, value) in details {
        assert_eq!(told.details()[*name], *value, "{}", told.0);
    }
}

impl Org {
    /// The arguments with the number of an open case of the org where one is wanted.
    fn filled_in(&self, mut arguments: Value) -> Value {
        if arguments["case_number"] == "CASE" {
            arguments["case_number"] = self.fake.rows("Case")[0]["CaseNumber"].clone();
        }
        arguments
    }

    /// So many writes were sent since the last count.
    fn writes_sent(&self) -> usize {
        let sent = self.fake.recorded().iter().filter(|call| call.body["allOrNone"] == true).count();
        self.fake.forget();
        sent
    }
}

#[tokio::test]
async fn every_tool_tells_a_rule_of_the_org_in_its_words_and_does_nothing() {
    let org = Org::new();
    for object in ["Booking__c", "Case", "Contact", "Hotel_Room__c"] {
        org.fake.validate(object, |_| true, "Ask the front office first");
    }
    let mut staff = org.world.staff();
    let before = org.fake.dump();
    for (tool, arguments, object) in writes() {
        let told = staff.call(tool, org.filled_in(arguments)).await;
        let words = [
            ("system_code", "FIELD_CUSTOM_VALIDATION_EXCEPTION"),
            ("system_message", "Ask the front office first"),
        ];
        refused(&told, "RECORDS_REFUSED", 422, &words);
        let about = told.details()["object"].as_str().expect("an object");
        assert!(about == object || about == "Hotel_Room__c", "{tool}: whose row is locked first: {about}");
        let said = told.0["error_message"].as_str().expect("a sentence");
        assert!(
            !said.contains("__c") && !said.contains("EXCEPTION"),
            "{tool}: codes are in the details: {said}"
        );
    }
    assert_eq!(org.fake.dump(), before, "nothing was changed");
    let log = staff.last_words().await;
    assert!(log.contains("WARN") && log.contains("Ask the front office first"), "{log}");
}

#[tokio::test]
async fn whatever_the_org_refuses_for_good_is_its_own_no_and_is_sent_once() {
    for code in [
        "ENTITY_IS_LOCKED",
        "INACTIVE_OWNER_OR_USER",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "CANNOT_EXECUTE_FLOW_TRIGGER",
        "FIELD_FILTER_VALIDATION_EXCEPTION",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "STORAGE_LIMIT_EXCEEDED",
        "A_CODE_OF_NEXT_YEAR",
    ] {
        let org = Org::new();
        org.fake.refuse_saves("Hotel_Room__c", code, "No, says the org.");
        let staff = org.world.staff();
        let told =
            staff.call("update_room_status", json!({"room_number": "204", "status": "Maintenance"})).await;
        let words =
            [("system_code", code), ("system_message", "No, says the org."), ("object", "Hotel_Room__c")];
        refused(&told, "RECORDS_REFUSED", 422, &words);
        assert_eq!(org.writes_sent(), 1, "{code}");
        assert_eq!(org.room_status("204"), "Vacant");
    }
}

#[tokio::test]
async fn a_record_that_is_locked_is_refused_and_others_are_not() {
    let org = Org::new();
    let sale = org.sale_of("BK-0003");
    org.fake.lock(&sale);
    let staff = org.world.staff();
    let told = staff.call("check_in_guest", json!({"guest_email": SARAH})).await;
    refused(&told, "RECORDS_REFUSED", 422, &[("system_code", "ENTITY_IS_LOCKED"), ("object", "Opportunity")]);
    assert_eq!((org.booking_status("BK-0003"), org.room_status("205")), ("Reserved".into(), "Vacant".into()));
    staff.done("check_in_guest", json!({"guest_email": "wei.chen@example.com", "room_number": "102"})).await;
}

#[tokio::test]
async fn a_field_that_the_org_wants_filled_in_is_named() {
    for (object, tool) in [
        ("Booking__c", "create_booking"),
        ("Case", "create_case"),
        ("Contact", "create_contact_if_not_found"),
    ] {
        let org = Org::new();
        org.fake.require(object, "Source__c");
        let (_, arguments, _) = writes().into_iter().find(|(name, ..)| *name == tool).expect("a scene");
        let told = org.world.staff().call(tool, arguments).await;
        let words = [("object", object), ("field", "Source__c"), ("system_code", "REQUIRED_FIELD_MISSING")];
        refused(&told, "NOT_SET_UP", 500, &words);
        assert_eq!(org.writes_sent(), 1, "{tool}");
    }
}

#[tokio::test]
async fn a_field_that_we_may_not_see_or_change_is_named_and_no_outage() {
    let hidden = Org::new();
    hidden.fake.hide("Hotel_Room__c.Nightly_Rate__c");
    let staff = hidden.world.staff();
    for (tool, arguments) in [
        ("search_rooms_on_behalf_of_staff", json!({})),
        ("search_available_rooms", json!({"check_in_date": day(1), "check_out_date": day(2)})),
        ("check_in_guest", json!({"guest_email": SARAH})),
    ] {
        let told = staff.call(tool, arguments).await;
        let words =
            [("object", "Hotel_Room__c"), ("field", "Nightly_Rate__c"), ("system_code", "INVALID_FIELD")];
        refused(&told, "NOT_SET_UP", 500, &words);
    }
    let read_only = Org::new();
    read_only.fake.make_read_only("Booking__c.Status__c");
    let told = read_only.world.staff().call("check_in_guest", json!({"guest_email": SARAH})).await;
    refused(&told, "NOT_SET_UP", 500, &[("object", "Booking__c"), ("field", "Status__c")]);
    let gone = Org::new();
    gone.fake.hide("Payment_Transaction__c");
    let told = gone.world.staff().call("check_in_guest", json!({"guest_email": SARAH})).await;
    refused(&told, "NOT_SET_UP", 500, &[("system_code", "INVALID_TYPE")]);
}

#[tokio::test]
async fn a_value_that_the_org_does_not_take_is_the_arguments() {
    let org = Org::new();
    let mut staff = org.world.staff();
    let long = "Wolfeschlegelsteinhausenbergerdorff-Maximiliane"; // the org's first names have 40 characters
    let person = json!({"email": "li@example.com", "first_name": long, "last_name": "Wu"});
    let told = staff.call("create_contact_if_not_found", person).await;
    refused(&told, "VALIDATION_ERROR", 400, &[("field", "first_name")]);
    assert_eq!(told.details()["allowed"], json!({"max_length": 40}));
    let book = json!({"guest_email": "li@example.com", "guest_first_name": long, "guest_last_name": "Wu",
        "room_number": "104", "check_in_date": day(1), "check_out_date": day(3)});
    refused(
        &staff.call("create_booking", book).await,
        "VALIDATION_ERROR",
        400,
        &[("field", "guest_first_name")],
    );
    assert!(!staff.last_words().await.contains("Wolfeschlegel"), "nobody's name is in the log");
}

/// A rule that fires at closing only: nobody can have known before the card was charged.
#[tokio::test]
async fn a_rule_that_fires_at_closing_is_told_with_what_to_mend() {
    let org = Org::new();
    org.fake.validate(
        "Booking__c",
        |row| row["Status__c"] == "Checked Out",
        "A reason for the departure is needed",
    );
    let mut staff = org.world.staff();
    let leave =
        json!({"guest_email": BETH, "payment_method_id": "pm_card_visa", "idempotency_token": "leave"});
    let told = staff.call("process_guest_checkout", leave).await;
    let words = [("object", "Booking__c"), ("system_message", "A reason for the departure is needed")];
    refused(&told, "RECORDS_REFUSED", 422, &words);
    assert_eq!(org.booking_status("BK-0001"), "Checked In");
    let trail = staff.call("search_tool_calls", json!({"idempotency_token": "leave"})).await.data().clone();
    assert!(trail.to_string().contains("RECORDS_REFUSED"), "{trail}");
    assert!(staff.last_words().await.contains("A reason for the departure is needed"));
}

#[tokio::test]
async fn rows_that_are_said_to_have_moved_and_have_not_are_refused_and_left_alone() {
    for code in ["INVALID_CROSS_REFERENCE_KEY", "ENTITY_IS_DELETED", "DUPLICATE_VALUE"] {
        let org = Org::new();
        let no = Fault::RefuseSubrequest { at: 0, status: 400, code: code.to_owned() };
        org.fake.fault(On::path("/composite").saying("\"allOrNone\":true").always(), no);
        let told = org.world.staff().call("check_in_guest", json!({"guest_email": SARAH})).await;
        refused(&told, "RECORDS_REFUSED", 422, &[("system_code", code)]);
        assert!(org.writes_sent() <= 3, "it is not asked again and again");
        assert_eq!(org.booking_status("BK-0003"), "Reserved");
    }
}

/// What is expected of a row is not found, though it is read alike before and after: that never passes.
#[tokio::test]
async fn rows_that_are_never_found_as_they_are_read_are_refused_and_nobody_is_charged_for_ever() {
    let org = Org::new();
    let stripe = tests::fakes::Stripe::start();
    let back = ("STRIPE_RETURN_URL", "https://hotel.example/back".to_owned());
    let org = org.with_env(stripe.env()).with_env(vec![back]);
    let never = Fault::RefuseSubrequest { at: 0, status: 400, code: "PROCESSING_HALTED".to_owned() };
    org.fake.fault(On::path("/composite").saying("\"allOrNone\":true").always(), never);
    let staff = org.world.staff();
    for (tool, arguments) in [
        ("check_in_guest", json!({"guest_email": SARAH})),
        ("cancel_booking", json!({"booking_number": "BK-0007"})),
    ] {
        org.fake.forget();
        refused(&staff.call(tool, arguments).await, "RECORDS_REFUSED", 422, &[]);
        assert!(org.writes_sent() <= 3, "it is not asked again and again");
    }
    let leave = json!({"guest_email": BETH, "payment_method_id": "pm_card_visa"});
    refused(&staff.call("process_guest_checkout", leave.clone()).await, "RECORDS_REFUSED", 422, &[]);
    assert_eq!((stripe.charges().len(), stripe.refunds().len()), (1, 1), "the money went back");
    refused(&staff.call("process_guest_checkout", leave.clone()).await, "RECORDS_REFUSED", 422, &[]);
    assert_eq!(stripe.charges().len(), 1, "it was rehearsed, and nothing charged");
    org.fake.calm();
    staff.done("process_guest_checkout", leave).await;
    assert_eq!(org.booking_status("BK-0001"), "Checked Out");
}

/// A gateway's or an overloaded org's no, whatever code is in it, and one that is nobody's.
#[tokio::test]
async fn what_passes_passes_whatever_code_it_carries() {
    for (status, code) in [
        (503, "FIELD_CUSTOM_VALIDATION_EXCEPTION"),
        (500, "ENTITY_IS_LOCKED"),
        (429, "INVALID_FIELD"),
        (408, "INVALID_TYPE"),
        (400, "QUERY_TIMEOUT"),
        (403, ""),
    ] {
        let org = Org::new();
        let no = Fault::Refuse { status, code: code.to_owned() };
        org.fake.fault(On::path("/composite"), no.clone());
        org.fake.fault(On::path("/composite").saying("\"allOrNone\":true"), no);
        org.world.staff().done("check_in_guest", json!({"guest_email": SARAH})).await;
        assert_eq!(org.booking_status("BK-0003"), "Checked In", "{status} {code}");
    }
}
