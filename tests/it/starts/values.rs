//! A value that cannot be read, or cannot be meant, is not replaced by another.

use super::{BOUND, HUSH, ORG, both_start, none_starts, nowhere};

#[tokio::test]
async fn a_value_that_cannot_be_read_names_its_variable_and_what_is_allowed() {
    let cases = [
        ("HOTEL_TIMEZONE", "Mars/Olympus", "Europe/Berlin"),
        ("HOTEL_CURRENCY", "dollars", "usd"),
        ("HOTEL_CURRENCY", "u$d", "usd"),
        ("GUEST_EMAIL", "beth", "e-mail"),
        ("STAFF_EMAIL", "manager at dewyhotel.com", "e-mail"),
        // The Kelvin sign, which is a k in lower case: another address.
        ("GUEST_EMAIL", "pri\u{212a}a@example.com", "e-mail"),
        ("STAFF_EMAIL", "m\u{ff41}nager@dewyhotel.com", "e-mail"),
        ("HOTEL_CALL_DEADLINE_SECONDS", "soon", "from 1 to 3600"),
        ("HOTEL_CALL_DEADLINE_SECONDS", "1.5", "from 1 to 3600"),
        ("HOTEL_STEP_TIMEOUT_SECONDS", "0", "from 1 to 3600"),
        ("HOTEL_CONFIRM", "perhaps", "auto, off or always"),
        ("HOTEL_SEAL_KEY", "short", "at least 32"),
        ("HOTEL_RECONCILE_MINUTES", "1441", "1 to 1440, or 0"),
        ("HOTEL_AUDIT_DAYS", "-1", "from 1 to 36500"),
        ("HOTEL_READ_ONLY", "maybe", "true or false"),
        ("HOTEL_EXCLUDE_TOOLS", "create_cace", "create_cace"),
    ];
    for (variable, value, allowed) in cases {
        none_starts(&[(variable, value)], &["error: ", variable, allowed]).await;
    }
}

/// Amounts are in cents: yen would be charged a hundredfold, Kuwaiti dinars a tenth.
#[tokio::test]
async fn a_currency_without_cents_is_refused() {
    for code in ["jpy", "KRW", "clp", "mga", "isk", "ugx", "kwd", "BHD", "tnd", "xyz"] {
        none_starts(&[("HOTEL_CURRENCY", code)], &["error: HOTEL_CURRENCY: ", "two decimals"]).await;
    }
    for code in ["eur", "GBP", "huf", "zmw"] {
        both_start(&[("HOTEL_CURRENCY", code)]).await;
    }
}

/// Addresses that secrets would be sent to, but should not.
const NOT_A_BASE: [&str; 11] = [
    "hotel.my.salesforce.com",
    "https://",
    "https:// hotel.example",
    "ftp://hotel.example",
    "file:///etc/passwd",
    "http://hotel.my.salesforce.com",
    "http://127.0.0.1.example",
    "http://localhost.example",
    "https://hotel.example/?key=hush",
    "https://hotel.example/#hush",
    "https://me:hush@hotel.example",
];

/// A system that is at `address`, by the variable that says so.
fn at<'a>(variable: &'a str, address: &'a str) -> Vec<(&'a str, &'a str)> {
    match variable {
        "SALESFORCE_LOGIN_URL" => vec![(variable, address), ORG[1], ORG[2]],
        "SALESFORCE_INSTANCE_URL" => vec![(variable, address), ("SALESFORCE_ACCESS_TOKEN", "hush-token")],
        "STRIPE_API_BASE" => vec![(variable, address), ("STRIPE_SECRET_KEY", "rk_test_hush")],
        _ => vec![
            (variable, address),
            ("TWILIO_ACCOUNT_SID", "AC01"),
            ("TWILIO_AUTH_TOKEN", "hush-token"),
            ("TWILIO_FROM", "+15550100000"),
        ],
    }
}

#[tokio::test]
async fn secrets_go_to_an_address_over_tls_or_on_this_machine() {
    let variables = ["SALESFORCE_LOGIN_URL", "SALESFORCE_INSTANCE_URL", "STRIPE_API_BASE", "TWILIO_API_BASE"];
    for variable in variables {
        for address in NOT_A_BASE {
            none_starts(&at(variable, address), &[&format!("error: {variable}: "), "https://", "http://"])
                .await;
        }
        for address in [
            "https://hotel.example/",
            "HTTPS://hotel.example:8443",
            "https://gateway.example/behind/it",
            "http://127.0.0.1:1",
            "http://localhost:1",
        ] {
            both_start(&at(variable, address)).await;
        }
    }
    // Also where it is not used yet.
    none_starts(&[("STRIPE_API_BASE", "api.stripe.com")], &["error: STRIPE_API_BASE: ", "https://"]).await;
}

#[tokio::test]
async fn guests_come_back_from_their_bank_to_a_whole_address() {
    let key = ("STRIPE_SECRET_KEY", "rk_test_hush");
    for page in ["hotel.example/paid", "/paid", "javascript:alert(1)", "https://"] {
        none_starts(&[("STRIPE_RETURN_URL", page), key], &["error: STRIPE_RETURN_URL: ", "https://"]).await;
    }
    both_start(&[("STRIPE_RETURN_URL", "https://hotel.example/paid?from=bank#top"), key]).await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_named() {
    let world = nowhere();
    let file = world.write("taken", "no folder");
    let inside = file.join("hotel");
    for folder in [&file, &inside] {
        for real in [&[][..], &ORG] {
            let env = [&BOUND[..], real, &[("HOTEL_DATA", folder.to_str().expect("a path"))]].concat();
            for server in super::SERVERS {
                let ran = world.run(server, &[], &env, "").await;
                super::refused(&world, &ran, &["error: HOTEL_DATA: ", "give a folder", "taken"]);
            }
        }
    }
    assert!(!world.data().exists(), "{HUSH}");
}
