//! The stories both servers tell about themselves.

use crate::docs;
use tests::World;

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("UTF-8")
}

async fn demo(server: &str, env: &[(&str, &str)]) -> String {
    let world = World::new();
    let output = world.command(server, &["demo"], env).output().await.expect("the demo runs");
    let (told, errors) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{told}\n{errors}");
    assert_eq!(errors, "", "nothing but the story");
    assert!(!world.data().exists(), "a demo leaves the user's hotel alone");
    assert!(!told.contains('\u{1b}'), "no colours where there is no terminal");
    let path = serde_json::to_string(&tests::binary(server)).expect("a path in UTF-8");
    let widest = told.lines().filter(|line| !line.contains(&path)).map(|line| line.chars().count()).max();
    assert!(widest <= Some(100), "{widest:?}");
    assert!(told.contains(&path), "it ends with how to connect a client: {told}");
    told
}

#[tokio::test]
async fn the_staff_demo_tells_of_a_checkout_and_a_broken_toilet() {
    let told = demo("staff-server", &[]).await;
    for part in ["REFUSED PAYMENT_FAILED (402)", "Checked Out", "confirm_payment=refused", "ALREADY_REFUNDED"]
    {
        assert!(told.contains(part), "{part} is missing:\n{told}");
    }
}

/// The README's picture of the demo is part of what it prints; "…" stands for lines left out.
#[tokio::test]
async fn the_readme_shows_what_the_staff_demo_prints() {
    let readme = docs::file("README.md");
    let shown = readme.split("```").nth(1).expect("a fenced text");
    let told = demo("staff-server", &[]).await;
    let mut lines = told.lines().map(str::trim_end);
    for line in shown.lines().filter(|line| !matches!(line.trim(), "" | "…")) {
        assert!(lines.any(|told| told == line), "the demo does not print, or not there: {line}\n{told}");
    }
}

#[tokio::test]
async fn the_guest_demo_tells_of_an_arrival_and_of_what_a_guest_may_not() {
    let told = demo("guest-server", &[]).await;
    for part in ["Checked In", "REFUSED NOT_YOURS (403)", "REFUSED BOOKING_NOT_FOUND (404)"] {
        assert!(told.contains(part), "{part} is missing:\n{told}");
    }
}

#[tokio::test]
async fn a_demo_never_meets_the_systems_its_user_has_configured() {
    let nowhere = "http://127.0.0.1:9";
    let configured = [
        ("SALESFORCE_INSTANCE_URL", nowhere),
        ("SALESFORCE_ACCESS_TOKEN", "a-session"),
        ("STRIPE_SECRET_KEY", "rk_test_x"),
        ("STRIPE_API_BASE", nowhere),
        ("HOTEL_TIMEZONE", "not a zone"),
        ("HOTEL_READ_ONLY", "true"),
    ];
    for server in tests::SERVERS {
        demo(server, &configured).await;
    }
}
