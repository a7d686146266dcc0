//! A guest-server for nobody in particular is for the embedded hotel only.

use super::{HUSH, ORG, nowhere, refused};

#[tokio::test]
async fn nobody_in_particular_is_not_let_near_real_money_or_records() {
    let stripe = [("STRIPE_SECRET_KEY", "rk_test_hush")];
    for real in [&stripe[..], &ORG, &[&stripe[..], &ORG].concat()] {
        for nobody in [&[][..], &[("GUEST_EMAIL", "")], &[("GUEST_EMAIL", "  ")]] {
            let world = nowhere();
            for arguments in [&[][..], &["call", "search_available_rooms"]] {
                let ran = world.run("guest-server", arguments, &[real, nobody].concat(), "").await;
                refused(&world, &ran, &["error: GUEST_EMAIL: missing", "Salesforce or Stripe", "e-mail"]);
            }
        }
        let staff = nowhere().run("staff-server", &[], real, "").await;
        assert_eq!(staff.code, Some(0), "staff see every guest: {}", staff.stderr);
    }
}

#[tokio::test]
async fn a_kiosk_of_the_embedded_hotel_starts_with_a_warning() {
    let twilio =
        [("TWILIO_ACCOUNT_SID", "AC01"), ("TWILIO_AUTH_TOKEN", HUSH), ("TWILIO_FROM", "+15550100000")];
    for env in [&[][..], &twilio] {
        let ran = nowhere().run("guest-server", &[], env, "").await;
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
        assert!(
            ran.stderr.contains("GUEST_EMAIL is not set") && !ran.stderr.contains(HUSH),
            "{}",
            ran.stderr
        );
    }
}
