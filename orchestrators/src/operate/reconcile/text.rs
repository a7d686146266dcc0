//! The report in sentences, with the next step for each finding.

use super::findings::{Action, DONE, PaymentFinding, QuestionFinding, Remedy, StayFinding, TO_DO};
use super::{OpenCall, PendingCall, Report};
use crate::audit::ToolCall;
use crate::terminal::fitted;
use skills::{ErrorCode, Kind};

pub(super) fn told(report: &Report) -> String {
    let mut lines = vec![match report.finished {
        1 => "1 unfinished call was finished.".to_owned(),
        n => format!("{n} unfinished calls were finished."),
    }];
    lines.extend(report.pending.iter().map(pending));
    lines.extend(report.needs_attention.iter().map(needs_attention));
    lines.extend(report.payments_without_closed_stay.iter().map(payment));
    lines.extend(report.stays_closed_without_payment.iter().map(stay));
    lines.extend(report.payments_in_question.iter().map(question));
    if report.is_empty() {
        lines.push("Nothing needs a person.".to_owned());
    }
    lines.iter().map(|line| fitted(line, 2) + "\n").collect()
}

fn pending(PendingCall { call, what_to_do, waits_for_guest, .. }: &PendingCall) -> String {
    let state = if *waits_for_guest { "Waiting for the guest" } else { "Pending" };
    format!("{state}: {}. {what_to_do}", named(call))
}

fn needs_attention(OpenCall { call, what_to_do }: &OpenCall) -> String {
    format!("Needs attention: {}. {what_to_do}", named(call))
}

/// What becomes of a checkout whose guest is at the bank. Nothing is out of order.
pub(super) fn to_wait_for_guest() -> String {
    "The guest confirms the payment with the bank (3-D Secure). Then it is finished by itself; if the guest does not come \
     back, it is given up after an hour and nothing is charged. There is nothing to do."
        .to_owned()
}

/// How an unfinished call will continue, and why it is unfinished.
pub(super) fn to_wait_for(call: &ToolCall, began_on: Option<&str>) -> String {
    if let Some(systems) = began_on {
        let token = token(call);
        return format!(
            "It began on other systems ({systems}), and nothing goes on with it here: run reconcile with the settings it \
             began with. A checkout that was paid can be undone with compensate_checkout_failure. If those settings are no \
             more and nothing was paid, reconcile --resolve {token} ends it and frees what it holds."
        );
    }
    let why = call.waiting_because.as_deref().map(|why| format!("Waits: {}. ", why.trim_end_matches('.')));
    let next = match &call.next_try_at {
        Some(at) => {
            format!("It is tried again at {at}, and at once when its caller comes back with its token.")
        }
        None => "It is being finished; look again later.".to_owned(),
    };
    why.unwrap_or_default() + &next
}

/// The next step for a call that needs attention: depends on who can fix its cause.
pub(super) fn to_do_about(call: &ToolCall) -> String {
    let details = call.answer.as_ref().and_then(|answer| answer.get("details"));
    let cause = details.and_then(|details| details["cause"].as_str()).and_then(ErrorCode::named);
    let first = match (cause.map(ErrorCode::kind), call.refused_because.as_deref()) {
        (Some(Kind::SystemRefuses), why) => format!(
            "The system refused: {}. Have whoever runs it mend that.",
            why.unwrap_or("see its answer").trim_end_matches('.')
        ),
        (Some(Kind::SetUp), why) => format!(
            "The system is not set up for it: {}. Mend that; staff-server doctor lists what is missing.",
            why.unwrap_or("see its answer").trim_end_matches('.')
        ),
        _ => "See its answer and steps with search_tool_calls.".to_owned(),
    };
    let next = match call.tool.as_str() {
        "process_guest_checkout" | "compensate_checkout_failure" | "finish_paid_checkout" => {
            " reconcile --fix brings the payment and the stay together or gives the money back; \
             compensate_checkout_failure gives it back."
        }
        _ => "",
    };
    format!("{first}{next} Once it is seen to, run reconcile --resolve {}.", token(call))
}

fn token(call: &ToolCall) -> &str {
    call.idempotency_token.as_deref().unwrap_or("-")
}

fn named(call: &ToolCall) -> String {
    let booking =
        call.booking_number.as_ref().map(|number| format!(", booking {number}")).unwrap_or_default();
    format!("{} of {}{booking}", call.tool, call.started_at)
}

fn payment(finding: &PaymentFinding) -> String {
    format!(
        "Payment without a closed stay: {}, {} {}, booking {}. {}",
        finding.payment_intent_id,
        finding.amount_cents,
        finding.currency,
        finding.booking_number,
        remedy(&finding.remedy)
    )
}

fn question(finding: &QuestionFinding) -> String {
    format!(
        "Payment in question: {}, {}, booking {}. {} A person must see to it.",
        finding.payment_intent_id, finding.amount_cents, finding.booking_number, finding.message
    )
}

fn stay(finding: &StayFinding) -> String {
    format!(
        "Stay closed without a payment: booking {}, which cost {} and ended on {}. {}",
        finding.booking_number,
        finding.folio_cents,
        finding.departed_on,
        remedy(&finding.remedy)
    )
}

fn remedy(remedy: &Remedy) -> String {
    let next = match (remedy.outcome.as_str(), remedy.action) {
        (DONE, _) => return format!("{} Done.", remedy.message),
        (TO_DO, Action::Finish) => "reconcile --fix finishes the checkout.",
        (TO_DO, Action::Refund) => "reconcile --fix gives the money back.",
        (TO_DO, Action::Record) => "reconcile --fix records it.",
        (TO_DO, Action::None) => "A person must see to it.",
        (code, _) => {
            return format!(
                "{} ({code}) Run it again; if it stays, a person must see to it.",
                remedy.message
            );
        }
    };
    format!("{} {next}", remedy.message)
}
