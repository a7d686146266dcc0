//! Faults that a test injects.

use super::{Client, code};
use crate::fakes::salesforce::serve::Outcome;
use crate::fakes::salesforce::{Data, Fault, On, Salesforce, When};
use serde_json::{Value, json};

#[tokio::test]
async fn faults_strike_once_before_or_after_the_effect() {
    let org = Salesforce::for_an_administrator(Data::Empty);
    let client = Client::of(&org);
    let file = || client.send("POST", "/sobjects/Case", &Value::Null);
    let create = |subject: &str| {
        let (client, body) = (client.clone(), json!({"Subject": subject}));
        async move { client.send("POST", "/sobjects/Case", &body).await }
    };
    org.fault(On::path("/sobjects/Case"), Fault::Lose(When::After));
    assert_eq!(create("a").await, Outcome::Nothing);
    org.fault(On::path("/sobjects/Case"), Fault::Lose(When::Before));
    assert_eq!(create("b").await, Outcome::Nothing);
    assert_eq!(org.rows("Case").len(), 1, "one was lost after, one before");
    org.fault(On::text("\"c\""), Fault::Break(When::After));
    assert!(matches!(create("c").await, Outcome::Answer(answer) if answer.status == 500));
    assert_eq!(org.rows("Case").len(), 2);
    org.fault(On::next(), Fault::Html(When::Before));
    assert!(matches!(create("d").await, Outcome::Raw { kind: "text/html;charset=UTF-8", .. }));
    org.fault(On::next(), Fault::Truncate(When::After));
    assert!(
        matches!(create("e").await, Outcome::Raw { body, .. } if serde_json::from_slice::<Value>(&body).is_err())
    );
    org.fault(On::next(), Fault::Busy { status: 503, retry_after: Some(2) });
    let Outcome::Answer(busy) = create("f").await else { panic!("an answer") };
    assert_eq!((busy.status, code(&busy).as_str()), (503, "SERVER_UNAVAILABLE"));
    assert_eq!(busy.headers[0], ("Retry-After", "2".to_owned()));
    org.fault(On::next(), Fault::ExpireSessions);
    assert!(matches!(file().await, Outcome::Answer(answer) if answer.status == 401));
    let statuses: Vec<Option<u16>> = org.recorded().iter().map(|it| it.status).collect();
    assert_eq!(statuses, [None, None, Some(500), Some(200), Some(200), Some(503), Some(401)]);
}

/// The raw answer to a request for the versions, with `Connection: close`.
async fn wire(org: &Salesforce) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(org.url().trim_start_matches("http://")).await.unwrap();
    stream.write_all(b"GET /services/data/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.to_lowercase()
}

#[tokio::test]
async fn over_the_wire_a_lost_answer_is_no_answer() {
    let org = Salesforce::for_an_administrator(Data::Empty);
    assert!(wire(&org).await.starts_with("http/1.1 200 ok"));
    org.fault(On::next(), Fault::Lose(When::After));
    assert_eq!(wire(&org).await, "");
    org.fault(On::next(), Fault::Busy { status: 429, retry_after: Some(3) });
    let busy = wire(&org).await;
    assert!(busy.starts_with("http/1.1 429") && busy.contains("retry-after: 3"), "{busy}");
    org.skew(-3600);
    let skewed = wire(&org).await;
    let date = skewed.lines().find_map(|line| line.strip_prefix("date: ")).unwrap();
    let date = jiff::fmt::rfc2822::parse(date).unwrap().timestamp();
    assert!(date < jiff::Timestamp::now() - jiff::SignedDuration::from_mins(50), "an hour late: {skewed}");
}

#[tokio::test]
async fn a_subrequest_can_be_refused_alone() {
    let org = Salesforce::for_an_administrator(Data::Empty);
    let client = Client::of(&org);
    let case =
        |name: &str| super::composites::part(name, "POST", "/services/data/v62.0/sobjects/Case", json!({}));
    org.fault(On::path("/composite"), Fault::lock_row(1));
    let body = super::composites::whole(&[case("a"), case("b"), case("c")]);
    let told = super::composites::told(&client.ask("POST", "/composite", body).await.body);
    assert_eq!(
        told.iter().map(|(_, code)| code.as_str()).collect::<Vec<_>>(),
        ["PROCESSING_HALTED", "UNABLE_TO_LOCK_ROW", "PROCESSING_HALTED"]
    );
    assert_eq!(org.rows("Case").len(), 0);
    org.fault(On::next(), Fault::lock_row(0));
    assert_eq!(code(&client.ask("POST", "/sobjects/Case", json!({})).await), "UNABLE_TO_LOCK_ROW");
}
