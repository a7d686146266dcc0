//! A setting whose name is nearly right is not passed over: a server that was to change nothing would change things.

use super::{SERVERS, none_starts, nowhere};

#[tokio::test]
async fn a_slip_in_a_name_is_refused() {
    let slips = [
        ("HOTEL_READONLY", "true", "HOTEL_READ_ONLY"),
        ("HOTEL_EXCLUDE_TOOL", "create_case", "HOTEL_EXCLUDE_TOOLS"),
        ("HOTEL_TIME_ZONE", "Europe/Berlin", "HOTEL_TIMEZONE"),
        ("HOTEL_CURENCY", "eur", "HOTEL_CURRENCY"),
        ("GUEST_EMIAL", "sarah@example.com", "GUEST_EMAIL"),
        ("GUEST_MAIL", "sarah@example.com", "GUEST_EMAIL"),
        ("STAF_EMAIL", "manager@dewyhotel.com", "STAFF_EMAIL"),
        ("STRIPE_SECRET_KY", "rk_test_hush", "STRIPE_SECRET_KEY"),
        ("STRIPE_SECRETKEY", "rk_test_hush", "STRIPE_SECRET_KEY"),
        ("stripe_secret_key", "rk_test_hush", "STRIPE_SECRET_KEY"),
        ("SALESFORCE_CLIENTID", "hush", "SALESFORCE_CLIENT_ID"),
        ("SALESFROCE_LOGIN_URL", "https://hush.my.salesforce.com", "SALESFORCE_LOGIN_URL"),
        ("TWILLIO_AUTH_TOKEN", "hush", "TWILIO_AUTH_TOKEN"),
        ("TWILIO_FORM", "+15550100000", "TWILIO_FROM"),
    ];
    for (slip, value, meant) in slips {
        none_starts(&[(slip, value)], &[&format!("error: {slip}: "), meant]).await;
    }
}

#[tokio::test]
async fn a_name_like_none_of_ours_is_warned_of() {
    // As Kubernetes sets for a service called hotel.
    let ran = nowhere().run("staff-server", &[], &[("HOTEL_SERVICE_HOST", "hush")], "").await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
    for word in ["WARN", "HOTEL_SERVICE_HOST is no setting", "HOTEL_READ_ONLY", "HOTEL_AUDIT_DAYS"] {
        assert!(ran.stderr.contains(word), "{word}: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("hush"), "{}", ran.stderr);
}

#[tokio::test]
async fn a_slip_in_a_file_of_settings_is_refused_too() {
    let world = nowhere();
    world.write(".env", "STRIPE_SECRET_KY=rk_test_hush\n");
    for server in SERVERS {
        let ran = world.run(server, &[], &[], "").await;
        super::refused(&world, &ran, &["error: STRIPE_SECRET_KY: ", "STRIPE_SECRET_KEY"]);
    }
}

#[tokio::test]
async fn what_others_call_a_setting_is_warned_of() {
    for (other, ours) in [
        ("STRIPE_API_KEY", "STRIPE_SECRET_KEY"),
        ("TWILIO_PHONE_NUMBER", "TWILIO_FROM"),
        ("SF_ACCESS_TOKEN", "SALESFORCE_ACCESS_TOKEN"),
    ] {
        let ran = nowhere().run("staff-server", &[], &[(other, "hush")], "").await;
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
        let said = ran
            .stderr
            .lines()
            .any(|line| line.contains("WARN") && line.contains(other) && line.contains(ours));
        assert!(said && !ran.stderr.contains("hush"), "{other}: {}", ran.stderr);
    }
}

#[tokio::test]
async fn every_setting_of_the_example_is_known() {
    let names = crate::docs::names_of_settings();
    assert!(names.len() > 20);
    for name in &names {
        // What is empty counts as not set.
        for server in SERVERS {
            let ran = nowhere().run(server, &["tools"], &[(name.as_str(), "")], "").await;
            assert!(ran.code == Some(0) && !ran.stderr.contains("no setting"), "{name}: {}", ran.stderr);
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_value_that_is_not_text_does_not_count_as_not_given() {
    use std::os::unix::ffi::OsStrExt;
    let value = std::ffi::OsStr::from_bytes(b"hush\xff");
    for name in ["STRIPE_SECRET_KEY", "GUEST_EMAIL", "HOTEL_READ_ONLY", "SALESFORCE_LOGIN_URL"] {
        for server in SERVERS {
            let world = nowhere();
            let mut command = world.command(server, &["call", "search_available_rooms"], &[]);
            let output = command.env(name, value).output().await.expect("it ends");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{name}: {stderr}");
            assert!(stderr.contains(&format!("error: {name}: ")) && stderr.contains("UTF-8"), "{stderr}");
            assert!(!stderr.contains("hush") && !world.data().exists(), "{stderr}");
        }
    }
}
