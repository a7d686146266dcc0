//! Scenes that move money: checkouts and their compensation.

use super::{Call, LAST_PAYMENT, Scene, arrived, call, scene, stands};
use serde_json::{Value, json};

const BETH: &str = "beth.gibbs@email.com";
const PATRICK: &str = "patrick.obrien@example.com";
const SOOJIN: &str = "soojin.kim@example.com";

fn checkout_of(guest: &str, card: &str) -> Value {
    json!({"guest_email": guest, "payment_method_id": card})
}

fn compensation_of(guest: &str) -> Value {
    json!({"payment_intent_id": LAST_PAYMENT, "guest_email": guest})
}

/// How many stays of a guest are closed by a payment that was recorded and stands.
fn paid_and_closed(guest: &str) -> String {
    format!(
        "SELECT count(*) FROM bookings b JOIN intents i ON i.booking = b.number AND i.status = 'succeeded' \
         JOIN payment_transactions t ON t.intent_id = i.id AND t.booking_id = b.id AND t.kind = 'Charge' \
         WHERE i.guest = '{guest}' AND b.status = 'Checked Out' \
         AND NOT EXISTS (SELECT 1 FROM refunds f WHERE f.status NOT IN ('failed', 'canceled') AND f.intent = i.id)"
    )
}

/// How many refunds a guest got for a stay that now has one of these statuses.
fn refunded(guest: &str, states: &str) -> String {
    format!(
        "SELECT count(*) FROM bookings b JOIN intents i ON i.booking = b.number JOIN refunds f ON f.intent = i.id \
         WHERE i.guest = '{guest}' AND b.status IN ({states})"
    )
}

/// A guest who has checked in leaves; the faults strike in the checkout.
fn left(guest: &str, room: &str, faults: &'static str) -> Vec<Call> {
    let mut calls = arrived(guest, room);
    let checkout = call("process_guest_checkout", guest, &checkout_of(guest, "pm_card_visa"));
    calls.push(Call { faults, ..checkout });
    calls
}

/// A checkout is undone, and the stay reopened.
fn reopening() -> Scene {
    let mut scene = compensation("reopening", "").beside_the_others();
    scene.effects = refunded(SOOJIN, "'Checked In'");
    scene
}

/// A compensation of a checkout in which these faults struck.
fn compensation(title: &str, faults: &'static str) -> Scene {
    let effects = refunded(SOOJIN, "'Checked In', 'Checked Out'");
    let mut scene = scene("compensate_checkout_failure", &compensation_of(SOOJIN), &effects)
        .titled(title)
        .after(left(SOOJIN, "104", faults));
    // If somebody has taken the nights meanwhile, only the money goes back.
    scene.detour = Some(("reopen_stay", refunded(SOOJIN, "'Checked Out'")));
    scene.past_return = &["look_again", "record_refund"];
    scene
}

/// The unfinished checkout is ended before its payment is refunded. If it cannot be ended, a person is needed.
fn taking_over(mut scene: Scene) -> Scene {
    scene.past_return = &["refund_payment", "look_again", "record_refund"];
    scene
}

/// The stay is past: only the money goes back.
fn refund_only() -> Scene {
    let robert = json!({"payment_intent_id": "pi_seed_0009", "guest_email": "rthompson@example.com"});
    let effects = super::count("refunds", "intent = 'pi_seed_0009'");
    let mut scene = scene("compensate_checkout_failure", &robert, &effects);
    scene.past_return = &["record_refund"];
    scene
}

/// A card that asks for 3-D Secure, from the first call on.
fn authentication() -> Scene {
    let card = checkout_of(PATRICK, "pm_card_authenticationRequired");
    scene("process_guest_checkout", &card, &paid_and_closed(PATRICK))
        .titled("3-D Secure")
        .after(arrived(PATRICK, "109"))
}

/// A guest comes back from 3-D Secure.
fn after_authentication() -> Scene {
    let mut scene = authentication().titled("back from 3-D Secure").beside_the_others();
    scene.before.push(scene.call.clone());
    scene
}

/// A stay that was checked out, compensated and reopened is checked out again.
fn again() -> Scene {
    let mut before = left(SOOJIN, "104", "");
    before.push(call("compensate_checkout_failure", SOOJIN, &compensation_of(SOOJIN)));
    scene("process_guest_checkout", &checkout_of(SOOJIN, "pm_card_visa"), &paid_and_closed(SOOJIN))
        .titled("after a compensation")
        .after(before)
}

/// Another card, while the first one waits for 3-D Secure.
fn another_card() -> Scene {
    let mut before = arrived(PATRICK, "109");
    before.push(call(
        "process_guest_checkout",
        "first",
        &checkout_of(PATRICK, "pm_card_authenticationRequired"),
    ));
    scene("process_guest_checkout", &checkout_of(PATRICK, "pm_card_visa"), &paid_and_closed(PATRICK))
        .titled("another card")
        .after(before)
}

/// The refund of an earlier checkout is pending, so nothing is charged.
fn refund_on_its_way() -> Scene {
    let mut before = arrived(SOOJIN, "104");
    before.push(call("process_guest_checkout", SOOJIN, &checkout_of(SOOJIN, "pm_card_pendingRefund")));
    before.push(call("compensate_checkout_failure", SOOJIN, &compensation_of(SOOJIN)));
    let here = format!(
        "SELECT count(*) FROM bookings b JOIN contacts c ON c.id = b.guest_id WHERE c.email = '{SOOJIN}' \
         AND b.status = 'Checked In' AND (SELECT count(*) FROM intents WHERE booking = b.number AND charge_id IS NOT NULL) = 1"
    );
    scene("process_guest_checkout", &checkout_of(SOOJIN, "pm_card_visa"), &here)
        .titled("a refund on its way")
        .after(before)
}

pub(super) fn scenes() -> Vec<Scene> {
    let beth = checkout_of(BETH, "pm_card_visa");
    let still_there = super::count("bookings", "number = 'BK-0001' AND status = 'Checked In'");
    vec![
        reopening(),
        after_authentication(),
        stands("process_guest_checkout", &beth, &paid_and_closed(BETH)),
        refund_only(),
        authentication(),
        again(),
        another_card(),
        refund_on_its_way(),
        scene(
            "process_guest_checkout",
            &json!({"payment_method_id": "pm_card_visa"}),
            &paid_and_closed(BETH),
        )
        .titled("by the guest")
        .on_the_guest_server_of(BETH),
        scene("process_guest_checkout", &checkout_of(BETH, "pm_card_chargeDeclined"), &still_there)
            .titled("declined"),
        taking_over(compensation("pending, closed in fact", "close_stay=answer_lost!")),
        taking_over(compensation("pending, still open", "close_stay=unreached!")),
    ]
}
