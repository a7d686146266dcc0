//! Texts, on their way and refused.

use super::client::{send, text};
use serde_json::{Value, json};
use tests::fakes::Twilio;
use tests::fakes::faults::Fault;

const HELLO: &str = "To=%2B14155550123&From=%2B15550100000&Body=Hello";

#[test]
fn a_text_goes_its_way() {
    let twilio = Twilio::start();
    let made = text(&twilio, "POST", "/Messages.json", HELLO);
    assert_eq!(
        (made.status, &made.body["status"], &made.body["to"]),
        (201, &json!("queued"), &json!("+14155550123"))
    );
    let path = format!("/Messages/{}.json", made.body["sid"].as_str().unwrap());
    let status = || text(&twilio, "GET", &path, "").body["status"].as_str().unwrap().to_owned();
    assert_eq!([status(), status(), status()], ["sent", "delivered", "delivered"]);

    twilio.undeliverable("+14155550124", "undelivered", 30003);
    let made = text(&twilio, "POST", "/Messages.json", &HELLO.replace("0123&", "0124&"));
    let path = format!("/Messages/{}.json", made.body["sid"].as_str().unwrap());
    text(&twilio, "GET", &path, "");
    let ended = text(&twilio, "GET", &path, "").body;
    assert_eq!((&ended["status"], &ended["error_code"]), (&json!("undelivered"), &json!(30003)));

    let found = text(&twilio, "GET", "/Messages.json?To=%2B14155550123&DateSent%3E=2026-01-01", "").body;
    assert_eq!(found["messages"].as_array().map(Vec::len), Some(1));
    let later = text(&twilio, "GET", "/Messages.json?DateSent%3E=2999-01-01", "").body;
    assert_eq!(later["messages"], json!([]));
    let page = text(&twilio, "GET", "/Messages.json?PageSize=1", "").body;
    let next = page["next_page_uri"].as_str().unwrap().split_once(Twilio::ACCOUNT_SID).unwrap().1;
    let last = text(&twilio, "GET", next, "").body;
    assert_eq!((&last["messages"][0]["to"], &last["next_page_uri"]), (&json!("+14155550123"), &Value::Null));
}

#[test]
fn what_cannot_be_sent_is_refused_with_its_code() {
    let twilio = Twilio::start();
    twilio.opt_out("+14155550110");
    twilio.landline("+14155550111");
    let refused = [
        ("From=%2B15550100000&Body=x", 21604),
        ("To=%2B14155550123&Body=x", 21603),
        ("To=%2B14155550123&From=%2B15550100000", 21602),
        ("To=415-555-0123&From=%2B15550100000&Body=x", 21211),
        ("To=%2B14155550123&From=hotel&Body=x", 21212),
        ("To=%2B15550100000&From=%2B15550100000&Body=x", 21266),
        ("To=%2B14155550110&From=%2B15550100000&Body=x", 21610),
        ("To=%2B14155550111&From=%2B15550100000&Body=x", 21614),
        ("To=%2B15005550001&From=%2B15550100000&Body=x", 21211),
        ("To=%2B14155550123&From=%2B14155550199&Body=x", 21659),
        ("To=%2B14155550123&From=%2B15550100000&Body=x&Colour=red", 20001),
    ];
    for (body, code) in refused {
        let reply = text(&twilio, "POST", "/Messages.json", body);
        assert_eq!((reply.status, &reply.body["code"]), (400, &json!(code)), "{body}");
    }
    assert!(twilio.messages().is_empty());
    let path = format!("/2010-04-01/Accounts/{}.json", Twilio::ACCOUNT_SID);
    let stranger = send(&twilio.base(), "GET", &path, &[("authorization", "Basic eDp5")], "").unwrap();
    assert_eq!((stranger.status, &stranger.body["code"]), (401, &json!(20003)));
    assert_eq!(text(&twilio, "GET", ".json", "").body["status"], "active");
    assert_eq!(text(&twilio, "GET", "/Messages/SM0.json", "").body["code"], 20404);
    twilio.fault("messages.create", Fault::TooMany { retry_after: 1 });
    assert_eq!(text(&twilio, "POST", "/Messages.json", HELLO).body["code"], 20429);
    assert_eq!(twilio.asked("messages.create").last().unwrap().status, Some(429));
}
