//! The books after the storm, against what callers were told and what the journal says.

use super::told::Ledger;
use serde_json::Value;
use skills::words::Key;
use std::collections::{HashMap, HashSet};
use tests::{Books, World};

/// Each query answers what is not as it should be, so it must answer nothing.
const RULES: &[(&str, &str)] = &[
    (
        "a token stands for two calls",
        "SELECT caller || ' ' || token FROM calls WHERE bound = 1 GROUP BY caller, token HAVING count(*) > 1",
    ),
    (
        "a charge is told by exactly one checkout, or was given back",
        "SELECT i.charge_id FROM intents i WHERE i.status = 'succeeded' AND i.id NOT LIKE 'pi_seed%' AND \
         (SELECT count(*) FROM calls WHERE tool = 'process_guest_checkout' AND outcome = 'done' \
          AND json_extract(answer, '$.data.transaction_id') = i.charge_id) \
         + (SELECT count(*) FROM calls WHERE tool = 'process_guest_checkout' AND outcome = 'refused' AND bound = 1 \
            AND booking_number = i.booking AND EXISTS (SELECT 1 FROM refunds WHERE intent = i.id)) = 0 \
         OR (SELECT count(*) FROM calls WHERE tool = 'process_guest_checkout' AND outcome = 'done' \
             AND json_extract(answer, '$.data.transaction_id') = i.charge_id) > 1",
    ),
    (
        "a checkout tells of a charge that is none",
        "SELECT id FROM calls WHERE tool = 'process_guest_checkout' AND outcome = 'done' \
         AND json_extract(answer, '$.data.transaction_id') NOT IN (SELECT charge_id FROM intents WHERE charge_id IS NOT NULL)",
    ),
    (
        "a refund is told by exactly one compensation, or by the checkout it undid",
        "SELECT f.id FROM refunds f JOIN intents i ON i.id = f.intent WHERE \
         (SELECT count(*) FROM calls WHERE outcome = 'done' AND json_extract(answer, '$.data.refund_id') = f.id) <> 1 \
         AND NOT EXISTS (SELECT 1 FROM calls WHERE outcome = 'refused' AND booking_number = i.booking \
                         AND json_extract(answer, '$.details.undone') = 1)",
    ),
    (
        "a guest who likes texts gets one for each check-in and each checkout, and nobody gets another",
        "SELECT id || ' ' || tool FROM calls c WHERE (SELECT count(*) FROM outbox WHERE call = c.id) <> \
         (outcome = 'done' AND tool IN ('check_in_guest', 'process_guest_checkout') AND guest_email IN \
          ('beth.gibbs@email.com', 'sarah@example.com', 'wei.chen@example.com') AND \
          ifnull(json_extract(answer, '$.data.already_checked_in'), json_extract(answer, '$.data.already_checked_out')) = 0)",
    ),
    (
        "a text has left, or nobody knows",
        "SELECT o.id || ' ' || o.state FROM outbox o WHERE CASE o.state \
         WHEN 'sent' THEN NOT EXISTS (SELECT 1 FROM messages m WHERE m.key = o.key) \
         WHEN 'unknown' THEN 0 ELSE 1 END",
    ),
    (
        "a booking was asked for once and is there twice",
        "SELECT special_requests FROM bookings WHERE special_requests IS NOT NULL GROUP BY special_requests HAVING count(*) > 1",
    ),
    (
        "a case was asked for once and is there twice",
        "SELECT description FROM cases GROUP BY description HAVING count(*) > 1",
    ),
];

/// Everything told is in the books once, and the books hold nothing else.
pub(super) fn show_each_effect_once(world: &World, ledger: &Ledger) {
    let books = Books::open(world);
    books.are_in_order();
    for (rule, query) in RULES {
        let broken = books.texts(query);
        assert!(broken.is_empty(), "{rule}: {broken:?}");
    }
    let committed = committed_by_token(&books);
    for entry in &ledger.entries {
        let found = committed.get(entry.token()).copied().unwrap_or(0);
        // Who adds a person that somebody else has just added commits, and changes nothing.
        let open = entry.tool() == "create_contact_if_not_found" && entry.effects() == 0 && found <= 1;
        assert!(open || found == entry.effects(), "{found} commits by {}: {:?}", entry.tool(), entry.told);
    }
    let made =
        ["create_case", "submit_maintenance_request", "submit_guest_service_request", "create_booking"];
    for entry in ledger.entries.iter().filter(|entry| made.contains(&entry.tool())) {
        let data = &entry.told.0["data"];
        let (table, number) = match entry.tool() {
            "create_booking" => ("bookings", &data["booking_number"]),
            _ => ("cases", &data["case_number"]),
        };
        if let Some(number) = number.as_str() {
            let there = books.count(&format!("SELECT count(*) FROM {table} WHERE number = '{number}'"));
            assert_eq!(there, 1, "{} {number} was told to {}", entry.tool(), entry.token());
        }
    }
}

/// How many commits the hotel's records hold for each token, over all its attempts: each under a key of its own, written in
/// one transaction with what it changed.
fn committed_by_token(books: &Books) -> HashMap<String, usize> {
    let mut unknown: HashSet<String> = books.texts("SELECT key FROM commits").into_iter().collect();
    let mut found = HashMap::new();
    let steps = "SELECT json_array(c.caller, c.token, c.tool, s.name, c.attempt, c.outcome) FROM steps s \
                 JOIN calls c ON c.id = s.call WHERE c.token IS NOT NULL";
    for row in books.texts(steps) {
        let row: Value = serde_json::from_str(&row).expect("JSON");
        let text = |at: usize| row[at].as_str().expect("a text");
        let key = Key::derived(&[text(0), text(1), text(2), text(3), &row[4].to_string()]);
        if unknown.remove(key.as_str()) {
            assert_eq!(row[5], "done", "an effect stands of a call that was not done: {row}");
            *found.entry(text(1).to_owned()).or_default() += 1;
        }
    }
    assert!(unknown.is_empty(), "commits that no call announced: {unknown:?}");
    found
}
