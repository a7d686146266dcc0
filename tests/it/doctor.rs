//! `staff-server doctor`: it says what is wrong with each system and how to mend it.

mod org;

use serde_json::{Value, json};
use std::io::Read;
use std::net::TcpListener;
use tests::fakes::{Salesforce, Stripe, Twilio};
use tests::{Ran, World};

/// All three systems, and what a doctor says of them.
struct Practice {
    org: Salesforce,
    stripe: Stripe,
    twilio: Twilio,
    world: World,
}

impl Practice {
    fn new() -> Self {
        let world = World::new().with_env("STRIPE_RETURN_URL", "https://hotel.example/back");
        Self { org: Salesforce::new(), stripe: Stripe::start(), twilio: Twilio::start(), world }
    }

    async fn doctor(&self, other: &[(&str, &str)]) -> Ran {
        let envs = [self.org.env(), self.stripe.env(), self.twilio.env()].concat();
        let mut env: Vec<(&str, &str)> = envs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        env.extend_from_slice(other);
        self.world.run("staff-server", &["doctor", "--json"], &env, "").await
    }

    /// What is wrong: system, about, message, mend.
    async fn wrong(&self, other: &[(&str, &str)]) -> Vec<String> {
        let ran = self.doctor(other).await;
        let wrong = told(&ran, "wrong");
        assert_eq!(ran.code, Some(i32::from(!wrong.is_empty())), "{ran:?}");
        wrong
    }
}

fn told(ran: &Ran, verdict: &str) -> Vec<String> {
    let report = ran.json();
    let checks = report["checks"].as_array().expect("checks").iter();
    let line = |check: &Value| {
        let field = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
        assert!(verdict == "ok" || !field("mend").is_empty(), "nothing to do about {check}");
        format!("{}: {}: {} -> {}", field("system"), field("about"), field("message"), field("mend"))
    };
    checks.filter(|check| check["verdict"] == verdict).map(line).collect()
}

/// Exactly one thing is wrong, and it says all of this.
#[track_caller]
fn only(wrong: &[String], says: &[&str]) {
    let [one] = wrong else { panic!("not one thing wrong: {wrong:#?}") };
    assert!(says.iter().all(|part| one.contains(part)), "{one}");
}

#[tokio::test]
async fn where_all_is_well_nothing_is_wrong_and_no_secret_is_printed() {
    let practice = Practice::new();
    let ran = practice.doctor(&[]).await;
    assert_eq!((ran.code, told(&ran, "wrong")), (Some(0), vec![]));
    let warnings = told(&ran, "warning");
    assert_eq!(ran.json()["verdict"], "warning");
    assert!(warnings.iter().all(|line| line.contains("SALESFORCE_GUEST_ACCOUNT: not set")), "{warnings:#?}");
    let ok = told(&ran, "ok");
    for part in [
        "22 rooms",
        "of 15000 calls left",
        "test: no money moves",
        "2025-09-30.clover",
        "a number of the account",
        "this user's alone",
    ] {
        assert!(ok.iter().any(|line| line.contains(part)), "{part}: {ok:#?}");
    }
    let text = practice.world.run_staff(&["doctor"]).await;
    for secret in ["hotel-secret", Stripe::SECRET_KEY, Twilio::AUTH_TOKEN, "00DHs"] {
        assert!(
            !ran.stdout.contains(secret) && !ran.stderr.contains(secret) && !text.stdout.contains(secret)
        );
    }
    assert_eq!(practice.org.calls(), 13, "docs/connecting.md says at most 15");
    let texts = practice.twilio.messages().len()
        + practice.stripe.customers().len()
        + practice.stripe.intents().len();
    assert_eq!(texts, 0, "it changes nothing");
    assert!(
        practice.org.recorded().iter().all(|call| call.method == "GET"
            || call.path.contains("token")
            || call.path.ends_with("composite"))
    );
}

#[tokio::test]
async fn values_that_the_lists_of_the_platform_lack_are_named() {
    let practice = Practice::new();
    for (field, values) in [
        (
            "Opportunity.StageName",
            ["Prospecting", "Qualification", "Negotiation/Review", "Closed Won", "Closed Lost"],
        ),
        ("Case.Priority", ["Low", "Medium", "High", "Later", "Never"]),
    ] {
        let listed = values
            .map(|value| json!({"value": value, "label": value, "active": true, "defaultValue": false}));
        practice.org.alter(field, &json!({"picklistValues": listed}));
    }
    let ran = practice.doctor(&[]).await;
    let warnings = told(&ran, "warning");
    for says in [
        "Opportunity.StageName: does not list Booking Confirmed, Checked In",
        "Case.Priority: does not list Urgent",
    ] {
        assert!(warnings.iter().any(|line| line.contains(says)), "{says}: {warnings:#?}");
    }
    assert_eq!((ran.code, warnings.len()), (Some(0), 3), "{warnings:#?}");
}

#[tokio::test]
async fn an_embedded_hotel_says_that_it_is_one() {
    let world = World::new();
    let ran = world.run_staff(&["doctor"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let embedded = ran.stdout.lines().filter(|line| line.starts_with("ok ") && line.contains("embedded"));
    assert_eq!(embedded.count(), 3, "{}", ran.stdout);
    let guest = world.run("guest-server", &["doctor"], &[], "").await;
    assert_eq!(guest.code, Some(2), "{guest:?}");
    let half = world.run("staff-server", &["doctor"], &[("SALESFORCE_CLIENT_ID", "x")], "").await;
    assert_eq!((half.code, half.stderr.contains("SALESFORCE_LOGIN_URL")), (Some(2), true), "{half:?}");
}

/// Whoever wonders which hotel answers, and as whom.
#[tokio::test]
async fn it_says_which_hotel_role_and_person_this_is() {
    let world =
        World::new().with_env("HOTEL_TIMEZONE", "Europe/Berlin").with_env("HOTEL_CHECKOUT_TIME", "10:30");
    let file = world.write(".env", "STAFF_EMAIL=manager@dewyhotel.com\n");
    let ran = world.run("staff-server", &["--read-only", "doctor"], &[], "").await;
    let today = jiff::Timestamp::now().in_tz("Europe/Berlin").unwrap().date();
    let zone =
        format!("zone: Europe/Berlin; today is {today}; the day begins at 00:00, guests leave until 10:30");
    let read = format!("file: read from {}", file.display());
    let lines = [
        "currency: usd",
        "role: staff, with 8 tools, of which 0 write",
        "STAFF_EMAIL: manager@dewyhotel.com is a Manager",
    ];
    for line in lines.into_iter().chain([zone.as_str(), read.as_str()]) {
        assert!(ran.code == Some(0) && ran.stdout.contains(line), "{line}: {}", ran.stdout);
    }
}

#[tokio::test]
async fn an_assumed_currency_and_a_person_who_is_no_manager_are_said() {
    let world = World::new();
    let doctor = async |env: &[(&str, &str)]| world.run("staff-server", &["doctor", "--json"], env, "").await;
    let assumed = doctor(&[("HOTEL_CURRENCY", "")]).await;
    assert!(
        told(&assumed, "ok").iter().any(|line| line.contains("usd, as HOTEL_CURRENCY is not set")),
        "{assumed:?}"
    );
    let nobody = told(&assumed, "ok").into_iter().find(|line| line.contains("STAFF_EMAIL")).unwrap();
    assert!(nobody.contains("not set") && nobody.contains("staff_email"), "{nobody}");
    for (email, says) in
        [("sarah@example.com", "is a Guest, not a Manager"), ("nobody@example.com", "know nobody called")]
    {
        let ran = doctor(&[("STAFF_EMAIL", email)]).await;
        let warned = told(&ran, "warning");
        let one =
            warned.iter().find(|line| line.contains("STAFF_EMAIL")).unwrap_or_else(|| panic!("{ran:?}"));
        assert!(ran.code == Some(0) && one.contains(email) && one.contains(says), "{one}");
    }
}

#[tokio::test]
async fn a_manager_who_cannot_be_looked_up_is_no_stranger() {
    let practice = Practice::new();
    let env = [("SALESFORCE_LOGIN_URL", "http://127.0.0.1:1"), ("STAFF_EMAIL", "manager@dewyhotel.com")];
    let ran = practice.doctor(&env).await;
    let warned = told(&ran, "warning").into_iter().find(|line| line.contains("STAFF_EMAIL"));
    assert!(warned.is_some_and(|line| line.contains("could not be looked up")), "{ran:?}");
}

#[tokio::test]
async fn wrong_credentials_are_told_apart_from_a_system_that_is_not_there() {
    let practice = Practice::new();
    let wrong = practice.wrong(&[("SALESFORCE_CLIENT_SECRET", "guessed")]).await;
    only(&wrong, &["Salesforce: credentials", "invalid_client", "SALESFORCE_CLIENT_SECRET"]);
    let session =
        [("SALESFORCE_LOGIN_URL", ""), ("SALESFORCE_CLIENT_ID", ""), ("SALESFORCE_CLIENT_SECRET", "")];
    let url = practice.org.url();
    let ended = [("SALESFORCE_INSTANCE_URL", url.as_str()), ("SALESFORCE_ACCESS_TOKEN", "ended")];
    only(&practice.wrong(&[session.as_slice(), &ended].concat()).await, &["the session has ended"]);
    practice.stripe.revoke(Stripe::SECRET_KEY);
    only(&practice.wrong(&[]).await, &["Stripe: key: not accepted", "dashboard.stripe.com"]);
    let wrong =
        practice.wrong(&[("STRIPE_SECRET_KEY", "rk_test_dewy"), ("TWILIO_AUTH_TOKEN", "guessed")]).await;
    only(&wrong, &["Twilio: account: not accepted: status 401", "TWILIO_AUTH_TOKEN"]);

    practice.stripe.unplug();
    practice.twilio.unplug();
    let wrong = practice.wrong(&[("SALESFORCE_LOGIN_URL", "http://127.0.0.1:1")]).await;
    assert_eq!(wrong.len(), 3, "{wrong:#?}");
    assert!(wrong.iter().all(|line| line.contains(": connection: no answer")), "{wrong:#?}");
}

#[tokio::test]
async fn a_system_at_an_https_address_is_greeted_in_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("https://{}", listener.local_addr().expect("an address"));
    let heard = std::thread::spawn(move || {
        let mut greeting = [0; 6];
        listener.accept().and_then(|(mut client, _)| client.read_exact(&mut greeting)).map(|()| greeting)
    });
    only(&Practice::new().wrong(&[("STRIPE_API_BASE", &address)]).await, &["Stripe: connection"]);
    let [record, .., message] = heard.join().expect("a listener").expect("a greeting");
    assert_eq!((record, message), (22, 1), "a handshake, and in it the client's hello");
}

#[tokio::test]
async fn what_no_call_needs_is_a_warning() {
    for hidden in ["SMS_Notification__c", "SMS_Notification__c.Message_Body__c"] {
        let practice = Practice::new();
        practice.org.hide(hidden);
        let ran = practice.doctor(&[]).await;
        assert_eq!((ran.code, told(&ran, "wrong")), (Some(0), vec![]));
        let warnings = told(&ran, "warning");
        assert!(warnings.iter().any(|line| line.contains(hidden)), "{warnings:#?}");
    }
}

#[tokio::test]
async fn an_api_version_that_is_not_offered_is_named_with_one_that_is() {
    let practice = Practice::new();
    let wrong = practice.wrong(&[("SALESFORCE_API_VERSION", "v48.0")]).await;
    only(&wrong, &["does not offer v48.0", "set SALESFORCE_API_VERSION=v62.0"]);
}

#[tokio::test]
async fn a_clock_that_goes_wrong_is_noticed() {
    let practice = Practice::new();
    practice.org.skew(-3600);
    only(&practice.wrong(&[]).await, &["Salesforce: clock", "s ahead", "NTP"]);
    practice.org.skew(120);
    let ran = practice.doctor(&[]).await;
    assert!(
        told(&ran, "warning").iter().any(|line| line.contains("clock") && line.contains("behind")),
        "{ran:?}"
    );
}

#[tokio::test]
async fn calls_that_run_out_are_noticed() {
    let practice = Practice::new();
    practice.org.leave_calls(12);
    let ran = practice.doctor(&[]).await;
    assert!(told(&ran, "warning").iter().any(|line| line.contains("daily limit")), "{ran:?}");
    practice.org.leave_calls(0);
    only(&practice.wrong(&[]).await, &["REQUEST_LIMIT_EXCEEDED", "24 hours"]);
}

#[tokio::test]
async fn a_restricted_key_that_lacks_a_permission_is_told_which() {
    let practice = Practice::new();
    let restricted = [("STRIPE_SECRET_KEY", Stripe::RESTRICTED_KEY)];
    practice.stripe.restrict(&["rak_customer_write", "rak_payment_intent_write", "rak_charge_write"]);
    assert_eq!(practice.wrong(&restricted).await, Vec::<String>::new());
    practice.stripe.restrict(&["rak_customer_write", "rak_payment_intent_write", "rak_charge_read"]);
    let wrong = practice.wrong(&restricted).await;
    only(
        &wrong,
        &["permission Charges and Refunds: Write", "rak_charge_write", "set Charges and Refunds to Write"],
    );
    practice.stripe.restrict(&["rak_payment_intent_write", "rak_charge_write"]);
    let wrong = practice.wrong(&restricted).await;
    assert_eq!(wrong.len(), 2, "read and write: {wrong:#?}");
}

#[tokio::test]
async fn a_sender_that_is_not_ours_is_noticed() {
    let practice = Practice::new();
    only(&practice.wrong(&[("TWILIO_FROM", "+15550109999")]).await, &["sender", "Active numbers"]);
    only(&practice.wrong(&[("TWILIO_FROM", "Dewy")]).await, &["sender", "E.164"]);
    practice.twilio.is("suspended");
    only(&practice.wrong(&[]).await, &["Twilio: account: is suspended"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_others_can_read_or_nobody_can_write_is_wrong() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    assert_eq!(world.run_staff(&["doctor"]).await.code, Some(0));
    let mode =
        |mode| std::fs::set_permissions(world.data(), std::fs::Permissions::from_mode(mode)).expect("a mode");
    mode(0o755);
    let ran = world.run_staff(&["doctor"]).await;
    assert_eq!((ran.code, ran.stdout.contains("chmod 700")), (Some(1), true), "{ran:?}");
    mode(0o700);
    let file = world.write("no-folder", "");
    let data = [("HOTEL_DATA", file.to_str().expect("a path"))];
    let ran = world.run("staff-server", &["doctor"], &data, "").await;
    assert_eq!((ran.code, ran.stdout.contains("HOTEL_DATA")), (Some(1), true), "{ran:?}");
}
