//! Texts that were sent are kept in the org: in the background, many at a time, and each once.

use super::Org;
use crate::recovery::write;
use serde_json::json;
use std::collections::BTreeSet;
use tests::Ran;
use tests::fakes::{Fault, On, Twilio, When};

const SARAH: &str = "sarah@example.com";
const WEI: &str = "wei.chen@example.com";

/// What waits has waited long enough; what staff's reconciliation says then.
async fn minutes_pass(org: &Org) -> Ran {
    let sql = "UPDATE outbox SET record_at = 0, look_at = look_at * 0 WHERE record_at IS NOT NULL";
    write(&org.world, "journal.db", sql, []);
    let ran = org.world.run_staff(&["reconcile", "--json"]).await;
    assert_eq!((ran.code, &ran.json()["finished"]), (Some(0), &json!(0)), "nothing is left: {ran:?}");
    ran
}

/// Sarah and one of Wei's rooms are checked in: two texts.
async fn two_texts(org: &Org) {
    let staff = org.world.staff();
    staff.done("check_in_guest", json!({"guest_email": SARAH})).await;
    staff.done("check_in_guest", json!({"guest_email": WEI, "booking_number": "BK-0004"})).await;
    assert!(staff.close().await.success());
}

/// How many messages each request was about.
fn kept_in(org: &Org) -> Vec<usize> {
    let calls = org.fake.recorded().into_iter().filter(|call| call.path.ends_with("/composite/sobjects"));
    calls.map(|call| call.body["records"].as_array().map_or(0, Vec::len)).collect()
}

#[tokio::test]
async fn what_was_sent_is_kept_once_and_together() {
    let twilio = Twilio::start();
    let org = Org::new().with_env(twilio.env());
    two_texts(&org).await;
    assert_eq!((twilio.messages().len(), org.fake.rows("SMS_Notification__c").len()), (2, 0));
    minutes_pass(&org).await;
    minutes_pass(&org).await;
    assert_eq!(kept_in(&org), [2], "one request for both");
    let rows = org.fake.rows("SMS_Notification__c");
    assert_eq!(rows.len(), 2);
    let sent = &twilio.messages()[0];
    let row = org.fake.row("SMS_Notification__c", "Twilio_Message_SID__c", sent["sid"].as_str().unwrap());
    let row = row.expect("a row");
    assert_eq!((&row["Message_Body__c"], &row["To_Phone_Number__c"]), (&sent["body"], &sent["to"]));
    assert_eq!((&row["Direction__c"], &row["Status__c"]), (&json!("Outbound"), &json!("Sent")));
    // Each is found at its guest's sale.
    let sale = |booking: &str| json!(org.text("Booking__c", ("Name", booking), "Opportunity__c"));
    let linked: BTreeSet<_> = rows.iter().map(|row| row["Opportunity__c"].to_string()).collect();
    assert_eq!(linked, [sale("BK-0003"), sale("BK-0004")].map(|sale| sale.to_string()).into());
    let asked = org
        .fake
        .recorded()
        .into_iter()
        .filter(|call| call.query.get("q").is_some_and(|q| q.starts_with("SELECT Name, Opportunity__c")));
    assert_eq!(asked.count(), 1, "with one read for both");
}

#[tokio::test]
async fn one_whose_booking_is_gone_is_kept_without_a_sale() {
    let twilio = Twilio::start();
    let org = Org::new().with_env(twilio.env());
    two_texts(&org).await;
    write(
        &org.world,
        "journal.db",
        "UPDATE calls SET booking_number = 'BK-9999' WHERE booking_number = ?1",
        ["BK-0003"],
    );
    write(
        &org.world,
        "journal.db",
        "UPDATE calls SET booking_number = NULL WHERE booking_number = ?1",
        ["BK-0004"],
    );
    minutes_pass(&org).await;
    let rows = org.fake.rows("SMS_Notification__c");
    assert!(rows.len() == 2 && rows.iter().all(|row| row["Opportunity__c"].is_null()), "{rows:?}");
}

/// There, a booking of the same number is another one.
#[tokio::test]
async fn what_was_sent_for_one_org_is_not_kept_in_another() {
    let twilio = Twilio::start();
    let org = Org::new().with_env(twilio.env());
    two_texts(&org).await;
    let elsewhere = org.fake.copy();
    write(&org.world, "journal.db", "UPDATE outbox SET record_at = 0 WHERE record_at IS NOT NULL", []);
    let env = elsewhere.env();
    let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let ran = org.world.run("staff-server", &["reconcile"], &env, "").await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(elsewhere.rows("SMS_Notification__c").len(), 0);
    minutes_pass(&org).await;
    assert_eq!(org.fake.rows("SMS_Notification__c").len(), 2);
}

#[tokio::test]
async fn whose_answer_was_lost_is_kept_once_all_the_same() {
    let twilio = Twilio::start();
    let org = Org::new().with_env(twilio.env());
    two_texts(&org).await;
    org.fake.fault(On::path("/composite/sobjects"), Fault::Lose(When::After));
    minutes_pass(&org).await;
    minutes_pass(&org).await;
    minutes_pass(&org).await;
    assert_eq!((kept_in(&org), org.fake.rows("SMS_Notification__c").len()), (vec![2, 2], 2));
}

/// As if so many more texts had been sent before anybody kept one.
fn many_more(org: &Org, how_many: u32) {
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) \
               INSERT INTO outbox (call, key, message, state, changed_at, service_id, record_at) \
               SELECT call, key || i, message, state, changed_at, 'SMmore' || i, record_at \
               FROM n, (SELECT * FROM outbox ORDER BY id LIMIT 1)";
    write(&org.world, "journal.db", sql, [how_many]);
}

#[tokio::test]
async fn more_than_a_request_takes_are_kept_in_several() {
    let twilio = Twilio::start();
    let org = Org::new().with_env(twilio.env());
    two_texts(&org).await;
    many_more(&org, 450);
    minutes_pass(&org).await;
    assert_eq!(kept_in(&org), [200, 200, 52], "the platform takes 200 at once");
    let rows = org.fake.rows("SMS_Notification__c");
    let ids: BTreeSet<_> = rows.iter().map(|row| row["Twilio_Message_SID__c"].to_string()).collect();
    assert_eq!((rows.len(), ids.len()), (452, 452));
    minutes_pass(&org).await;
    assert_eq!(kept_in(&org).len(), 3, "none waits any more");
}

#[tokio::test]
async fn those_whose_request_failed_are_kept_the_next_time_with_the_rest() {
    let twilio = Twilio::start();
    let org = Org::new().with_env(twilio.env());
    two_texts(&org).await;
    many_more(&org, 250);
    let busy = Fault::Busy { status: 503, retry_after: Some(0) };
    org.fake.fault(On::path("/composite/sobjects").after(1), busy);
    let ran = minutes_pass(&org).await;
    assert!(ran.stderr.contains("messages are kept later"), "{}", ran.stderr);
    assert_eq!(org.fake.rows("SMS_Notification__c").len(), 200);
    minutes_pass(&org).await;
    assert_eq!((kept_in(&org), org.fake.rows("SMS_Notification__c").len()), (vec![200, 52, 52], 252));
}

#[tokio::test]
async fn one_that_the_org_does_not_take_does_not_cost_the_others() {
    let twilio = Twilio::start();
    let org = Org::new().with_env(twilio.env());
    two_texts(&org).await;
    many_more(&org, 3);
    let too_long = "UPDATE outbox SET message = json_set(message, '$.to', ?1) WHERE service_id = 'SMmore2'";
    write(&org.world, "journal.db", too_long, ["+1".repeat(30)]);
    let ran = minutes_pass(&org).await;
    assert!(ran.stderr.contains("a message could not be kept in Salesforce"), "{}", ran.stderr);
    assert!(ran.stderr.contains("STRING_TOO_LONG"), "why: {}", ran.stderr);
    let kept = || org.fake.rows("SMS_Notification__c");
    assert!(kept().len() == 4 && kept().iter().all(|row| row["Twilio_Message_SID__c"] != "SMmore2"));
    minutes_pass(&org).await;
    assert_eq!((kept_in(&org), kept().len()), (vec![5], 4), "it would be refused the next time too");
}

/// How long until what was sent is to be kept next, in seconds.
fn rests(org: &Org) -> i64 {
    let journal = rusqlite::Connection::open(org.world.data().join("journal.db")).expect("a journal");
    let sql = "SELECT min(record_at) FROM outbox";
    let at: i64 = journal.query_row(sql, [], |row| row.get(0)).expect("one that waits");
    (at - jiff::Timestamp::now().as_millisecond()) / 1_000
}

#[tokio::test]
async fn an_org_that_takes_none_is_asked_ever_less_often() {
    let twilio = Twilio::start();
    let org = Org::new().with_env(twilio.env());
    two_texts(&org).await;
    org.fake.fault(On::path("/composite/sobjects").always(), Fault::Break(When::Before));
    let (mut day, mut asked) = (rests(&org), 0);
    while day < 24 * 60 * 60 {
        minutes_pass(&org).await;
        asked += 1;
        day += rests(&org);
    }
    assert_eq!(kept_in(&org).len(), asked);
    assert!((5..20).contains(&asked), "{asked} times a day");
    org.fake.calm();
    minutes_pass(&org).await;
    assert_eq!(org.fake.rows("SMS_Notification__c").len(), 2);
}
