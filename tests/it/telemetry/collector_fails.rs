//! A collector that fails, and settings that cannot be meant.

use super::{BETH, exporting};
use serde_json::json;
use tests::World;
use tests::fakes::Collector;
use tests::fakes::faults::Fault;

#[tokio::test]
async fn a_collector_that_fails_costs_nobody_anything_and_is_told_once() {
    let collector = Collector::start();
    collector.fake().fault_always("*", Fault::Unavailable);
    let world = exporting(World::new(), &collector);
    let mut staff = world.staff();
    staff.done("search_bookings_on_behalf_of_staff", json!({"guest_email": BETH})).await;
    staff.end_input().await;
    assert!(staff.wait().await.success());
    let said = staff.stderr();
    assert_eq!(said.matches("telemetry cannot be exported").count(), 2, "spans and metrics: {said}");
    assert!(said.contains("status 503"), "{said}");
}

#[tokio::test]
async fn a_collector_that_is_not_there_does_not_keep_a_server_from_its_work() {
    let collector = Collector::start();
    collector.fake().unplug();
    let world = exporting(World::new(), &collector);
    let mut staff = world.staff();
    staff.done("search_bookings_on_behalf_of_staff", json!({"guest_email": BETH})).await;
    staff.end_input().await;
    assert!(staff.wait().await.success());
    assert!(staff.stderr().contains("telemetry cannot be exported"), "{}", staff.stderr());
}

#[tokio::test]
async fn a_collector_that_never_answers_does_not_keep_a_server_from_ending() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port"); // it connects, and nobody reads
    let address = format!("http://{}", silent.local_addr().expect("an address"));
    let mut staff = World::new().with_env("OTEL_EXPORTER_OTLP_ENDPOINT", &address).staff();
    staff.done("search_bookings_on_behalf_of_staff", json!({"guest_email": BETH})).await;
    staff.end_input().await;
    assert!(staff.wait().await.success());
    let said = staff.stderr();
    assert!(said.contains("the last telemetry may not have been exported"), "it did not wait for it: {said}");
}

#[tokio::test]
async fn what_the_collector_wants_to_know_is_sent_and_not_logged() {
    let collector = Collector::start();
    let world =
        exporting(World::new(), &collector).with_env("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=hush-hush");
    let mut staff = world.start("staff-server", &[], &[("RUST_LOG", "trace")]);
    staff.done("search_bookings_on_behalf_of_staff", json!({"guest_email": BETH})).await;
    staff.end_input().await;
    assert!(staff.wait().await.success());
    let exchanges = collector.fake().exchanges();
    assert!(exchanges.iter().all(|sent| sent.headers["x-api-key"] == "hush-hush"), "{exchanges:?}");
    assert!(!staff.stderr().contains("hush-hush"), "{}", staff.stderr());
}

#[tokio::test]
async fn a_setting_that_cannot_be_used_refuses_the_start() {
    for (name, value) in [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "not an address"),
        ("OTEL_EXPORTER_OTLP_ENDPIONT", "http://127.0.0.1:4318"),
    ] {
        let world = World::new().with_env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");
        let ran = world.run("staff-server", &[], &[(name, value)], "").await;
        assert_eq!(ran.code, Some(2), "{name}={value}: {ran:?}");
        assert!(ran.stderr.contains(name), "{}", ran.stderr);
    }
}
