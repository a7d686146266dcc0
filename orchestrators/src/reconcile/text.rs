//! The report in sentences, with what to do.

use super::findings::{Action, DONE, PaymentFinding, QuestionFinding, Remedy, StayFinding, TO_DO};
use super::{PendingCall, Report};
use crate::search_tool_calls::ToolCall;

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
    lines.join("\n") + "\n"
}

fn pending(PendingCall { call, began_on }: &PendingCall) -> String {
    let next = match began_on {
        None => "It is being finished; look again later.".to_owned(),
        Some(systems) => format!(
            "It began on other systems ({systems}), and nothing goes on with it here: run reconcile with the settings it \
             began with. A checkout that was paid can be undone with compensate_checkout_failure."
        ),
    };
    format!("Pending: {}. {next}", named(call))
}

fn needs_attention(call: &ToolCall) -> String {
    let token = call.idempotency_token.as_deref().unwrap_or("-");
    format!(
        "Needs attention: {}. See search_tool_calls; once it is seen to, run reconcile --resolve {token}.",
        named(call)
    )
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
