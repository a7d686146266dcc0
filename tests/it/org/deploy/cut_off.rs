//! A deployment that is cut off is asked for again by its id, and never sent twice at once.

use super::{DEPLOY, lines, sent, world};
use std::process::Stdio;
use tests::fakes::{Fault, On, Salesforce, When};
use tokio::io::{AsyncBufReadExt, BufReader};

fn posted() -> On {
    On::path("metadata/deployRequest").method("POST")
}

#[tokio::test]
async fn a_lost_answer_is_looked_for() {
    for fault in [
        Fault::Lose(When::After),
        Fault::Break(When::After),
        Fault::Html(When::After),
        Fault::List(When::After),
    ] {
        let org = Salesforce::bare();
        org.fault(posted(), fault.clone());
        let ran = world(&org).run_staff(&DEPLOY).await;
        assert_eq!((ran.code, sent(&org)), (Some(0), 1), "{fault:?}: {ran:?}");
        assert!(ran.stdout.contains("The org did not answer"), "{fault:?}: {ran:?}");
        assert!(!lines(&ran, "created").is_empty(), "{fault:?}: {ran:?}");
    }
}

#[tokio::test]
async fn one_that_did_not_arrive_is_not_sent_again_by_itself() {
    let org = Salesforce::bare();
    org.fault(posted(), Fault::Lose(When::Before));
    let ran = world(&org).run_staff(&DEPLOY).await;
    assert_eq!((ran.code, sent(&org), org.deploys().len()), (Some(1), 1, 0), "{ran:?}");
    assert!(ran.stdout.contains("The org does not have it. Run this again"), "{ran:?}");
    assert_eq!(world(&org).run_staff(&DEPLOY).await.code, Some(0));
}

#[tokio::test]
async fn an_org_that_does_not_answer_for_a_while_is_asked_again() {
    let org = Salesforce::bare();
    let asked = On::path("metadata/deployRequest/0Af");
    org.fault(asked.clone(), Fault::Lose(When::Before));
    org.fault(asked.clone().after(1), Fault::Break(When::After));
    org.fault(asked.after(2), Fault::ExpireSessions);
    let ran = world(&org).run_staff(&DEPLOY).await;
    assert_eq!((ran.code, sent(&org)), (Some(0), 1), "{ran:?}");
}

#[tokio::test]
async fn one_whose_process_was_killed_is_followed_before_another_is_sent() {
    let org = Salesforce::bare();
    let world = world(&org);
    org.hold_deploys(true);
    let mut command = world.command("staff-server", &DEPLOY, &[("STAFF_EMAIL", "manager@dewyhotel.com")]);
    let mut killed = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut told = BufReader::new(killed.stdout.take().unwrap()).lines();
    let id = loop {
        let line = told.next_line().await.unwrap().expect("it says its id");
        if let Some((id, _)) = line.strip_prefix("Deployment ").and_then(|rest| rest.split_once('.')) {
            break id.to_owned();
        }
    };
    killed.kill().await.unwrap();
    assert_eq!(org.deploys().iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), [id.as_str()]);

    org.hold_deploys(false);
    let resumed = world.run_staff(&["setup", "--metadata", "--resume", &id]).await;
    assert_eq!((resumed.code, sent(&org)), (Some(0), 1), "{resumed:?}");
    assert!(!lines(&resumed, "created").is_empty(), "{resumed:?}");
}

#[tokio::test]
async fn two_are_never_under_way_at_once() {
    let org = Salesforce::bare();
    // Two machines, each with a data folder of its own.
    let (one, other) = (world(&org), world(&org));
    org.hold_deploys(true);
    let mut command = one.command("staff-server", &DEPLOY, &[("STAFF_EMAIL", "manager@dewyhotel.com")]);
    let mut killed = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut told = BufReader::new(killed.stdout.take().unwrap()).lines();
    while !told.next_line().await.unwrap().expect("it says its id").starts_with("Deployment ") {}
    killed.kill().await.unwrap();
    org.hold_deploys(false);
    let ran = other.run_staff(&DEPLOY).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("of this user has not ended. It is followed first"), "{ran:?}");
    assert!(lines(&ran, "created").is_empty(), "the first one made everything: {ran:?}");
    assert_eq!(org.deploys().iter().map(|it| it.status).collect::<Vec<_>>(), ["Succeeded", "Succeeded"]);
    assert!(!org.deploys_overlapped());
}

#[tokio::test]
async fn two_that_begin_at_the_same_moment_wait_for_each_other() {
    let org = Salesforce::bare();
    let world = world(&org);
    let (one, other) = tokio::join!(world.run_staff(&DEPLOY), world.run_staff(&DEPLOY));
    assert_eq!((one.code, other.code), (Some(0), Some(0)), "{one:?} {other:?}");
    assert!(sent(&org) == 2 && !org.deploys_overlapped(), "{one:?} {other:?}");
    let made = [&one, &other].map(|ran| !lines(ran, "created").is_empty());
    assert_ne!(made[0], made[1], "one made everything: {one:?} {other:?}");
}

#[tokio::test]
async fn an_unknown_id_is_said_to_be_one() {
    let org = Salesforce::bare();
    let ran = world(&org).run_staff(&["setup", "--metadata", "--resume", "0AfHs0000000009KAA"]).await;
    assert_eq!((ran.code, sent(&org)), (Some(1), 0), "{ran:?}");
    let says = "does not show this user a deployment 0AfHs0000000009KAA (NOT_FOUND: ";
    assert!(ran.stdout.contains(says) && !ran.stdout.contains("The set-up of"), "{ran:?}");
}
