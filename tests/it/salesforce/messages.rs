//! Texts that were sent are kept in the org: in the background, many at a time, and each once.

use super::Org;
use crate::recovery::write;
use serde_json::json;
use tests::fakes::{Fault, On, Twilio, When};

const SARAH: &str = "sarah@example.com";
const WEI: &str = "wei.chen@example.com";

async fn minutes_pass(org: &Org) {
    let sql = "UPDATE outbox SET record_at = 0, look_at = look_at * 0 WHERE record_at IS NOT NULL";
    write(&org.world, "journal.db", sql, []);
    let ran = org.world.run_staff(&["reconcile", "--json"]).await;
    assert!(ran.json()["finished"].is_number(), "{ran:?}");
}

/// Sarah and one of Wei's rooms are checked in: two texts.
async fn two_texts(org: &Org) {
    let staff = org.world.staff();
    staff.done("check_in_guest", json!({"guest_email": SARAH})).await;
    staff.done("check_in_guest", json!({"guest_email": WEI, "booking_number": "BK-0004"})).await;
    assert!(staff.close().await.success());
}

fn kept_in(org: &Org) -> usize {
    org.fake.recorded().iter().filter(|call| call.path.ends_with("/composite/sobjects")).count()
}

#[tokio::test]
async fn what_was_sent_is_kept_once_and_together() {
    let twilio = Twilio::start();
    let org = Org::new().with_env(twilio.env());
    two_texts(&org).await;
    assert_eq!((twilio.messages().len(), org.fake.rows("SMS_Notification__c").len()), (2, 0));
    minutes_pass(&org).await;
    minutes_pass(&org).await;
    assert_eq!(kept_in(&org), 1, "one request for both");
    let rows = org.fake.rows("SMS_Notification__c");
    assert_eq!(rows.len(), 2);
    let sent = &twilio.messages()[0];
    let row = org.fake.row("SMS_Notification__c", "Twilio_Message_SID__c", sent["sid"].as_str().unwrap());
    let row = row.expect("a row");
    assert_eq!((&row["Message_Body__c"], &row["To_Phone_Number__c"]), (&sent["body"], &sent["to"]));
    assert_eq!((&row["Direction__c"], &row["Status__c"]), (&json!("Outbound"), &json!("Sent")));
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
    assert_eq!((kept_in(&org), org.fake.rows("SMS_Notification__c").len()), (2, 2));
}
