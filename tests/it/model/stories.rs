//! Stories told by name: the hardest ones, and each one that servers and model ever told differently, as it was after
//! shrinking.

use super::calls::{Ask, Fault, Payment, Step, Then, Who, Word};
use super::{retell, retell_on};
use tests::Backend;

const BETH: Word = "beth.gibbs@email.com";

fn step(who: Who, ask: Ask, token: Option<Word>) -> Step {
    Step { who, ask, token, fault: None }
}

/// Beth's checkout, by herself.
fn pay(card: Word, token: Option<Word>) -> Step {
    let ask = Ask::Checkout { guest: None, card, amount: None, booking: None, room: None };
    step(Who::Guest(BETH), ask, token)
}

fn staff(ask: Ask) -> Step {
    step(Who::Staff, ask, None)
}

/// Something goes wrong as the stay is to be closed, after the payment.
fn at_the_close(kind: Word, then: Then, step: Step) -> Step {
    Step { fault: Some(Fault { point: 0, kind, then }), ..step }
}

fn undo() -> Step {
    staff(Ask::Compensate { payment: Payment::Latest { back: 0 }, guest: None })
}

const VISA: Word = "pm_card_visa";
const ASKS_FIRST: Word = "pm_card_authenticationRequired";

#[test]
fn a_checkout_refused_after_the_payment_gives_it_back_and_can_be_made_again() {
    let refused = at_the_close("refused", Then::AskedAgain, pay(VISA, Some("t1")));
    retell(false, &[refused.clone(), refused, pay(VISA, Some("t1")), pay(VISA, Some("t2")), undo(), undo()]);
}

#[test]
fn a_checkout_cut_off_at_its_close_is_finished_once_whoever_finishes_it() {
    for kind in
        ["killed_before", "killed_inside", "killed_after", "answer_lost!", "fails_after!", "unreached!"]
    {
        for then in [Then::Reconciled, Then::AskedAgain] {
            retell(
                false,
                &[at_the_close(kind, then, pay(VISA, None)), pay(VISA, None), undo(), pay(VISA, None)],
            );
        }
    }
}

#[test]
fn a_checkout_undone_in_the_middle_does_not_go_on() {
    for kind in
        ["killed_before", "killed_inside", "killed_after", "answer_lost!", "fails_after!", "unreached!"]
    {
        let undone = at_the_close(kind, Then::Compensated, pay(VISA, Some("t1")));
        retell(false, &[undone, pay(VISA, Some("t1")), pay(VISA, Some("t2")), undo()]);
    }
}

#[test]
fn two_checkouts_at_the_bank_charge_once() {
    let (first, second) = (pay(ASKS_FIRST, Some("t1")), pay(ASKS_FIRST, Some("t2")));
    let again = [first.clone(), second.clone(), second, first.clone(), undo(), first, pay(VISA, None)];
    retell(false, &again);
}

#[test]
fn a_card_declined_meanwhile_ends_the_one_at_the_bank() {
    let first = pay(ASKS_FIRST, Some("t1"));
    retell(false, &[first.clone(), pay("pm_card_chargeDeclined", None), first, pay(VISA, Some("t1"))]);
}

/// The hardest of them on the real adapters, in every run; the others by `tests/on-fakes`.
#[test]
fn a_checkout_whose_answer_is_lost_is_finished_once_on_the_real_adapters_too() {
    let lost = |kind| at_the_close(kind, Then::AskedAgain, pay(VISA, Some("t1")));
    for kind in ["killed_after", "answer_lost!"] {
        retell_on(Backend::Fakes, false, &[lost(kind), pay(VISA, Some("t1")), undo(), pay(VISA, None)]);
    }
}

/// A stay that may cost something else by now: its guest has moved to a better room and stays a night longer.
fn change_the_stay() -> [Step; 2] {
    let move_up = staff(Ask::AssignRoom { booking: "BK-0001", room: "208" });
    let extend = Ask::ManageBooking {
        booking: "BK-0001",
        from: None,
        to: Some(1),
        guests: None,
        requests: None,
        room: None,
        guest: None,
    };
    [move_up, staff(extend)]
}

#[test]
fn a_payment_at_the_bank_is_given_up_before_another_card_is_charged() {
    let first = pay(ASKS_FIRST, Some("t1"));
    let [move_up, extend] = change_the_stay();
    retell(false, &[first.clone(), move_up, extend, pay(VISA, None), first]);
}

#[test]
fn a_guest_whose_stay_changed_at_the_bank_is_asked_for_what_it_costs_by_now() {
    let first = pay(ASKS_FIRST, Some("t1"));
    let [move_up, extend] = change_the_stay();
    retell(false, &[first.clone(), move_up, extend, first.clone(), first.clone(), first]);
}

#[test]
fn a_stay_whose_closing_is_refused_twice_is_not_charged_a_third_time() {
    let refused = |token| at_the_close("refused", Then::AskedAgain, pay(VISA, Some(token)));
    let third = pay(VISA, Some("t3"));
    retell(false, &[refused("t1"), refused("t2"), third.clone(), third, pay(VISA, None)]);
}
