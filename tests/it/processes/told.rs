//! What callers were told, by token. It must stay true.

use super::servers::Servers;
use super::wishes::{Call, Caller, insist, without_replayed, writes};
use serde_json::Value;
use tests::Told;

/// A definite answer to a call that writes.
pub(super) struct Entry {
    caller: Caller,
    call: Call,
    pub(super) told: Told,
}

#[derive(Default)]
pub(super) struct Ledger {
    pub(super) entries: Vec<Entry>,
    reads: usize,
    never_learned: usize,
}

impl Entry {
    /// The token it was asked with, or was given.
    pub(super) fn token(&self) -> &str {
        let given = || self.told.0["data"]["idempotency_token"].as_str();
        self.call.arguments["idempotency_token"].as_str().or_else(given).unwrap_or_default()
    }

    pub(super) const fn tool(&self) -> &'static str {
        self.call.tool
    }

    /// How many effects the answer speaks of; none if it leaves that open.
    pub(super) fn effects(&self) -> usize {
        let data = &self.told.0["data"];
        let nothing_done = ["created", "changed"].iter().any(|flag| data[*flag] == false)
            || ["already_checked_in", "already_checked_out"].iter().any(|flag| data[*flag] == true);
        usize::from(self.told.succeeded() && !nothing_done)
    }

    /// Whether the token stands for this answer from now on.
    fn stays(&self) -> bool {
        self.told.succeeded() || self.told.0["details"]["undone"] == true
    }
}

impl Ledger {
    pub(super) fn note(&mut self, caller: Caller, told: Option<(Call, Told)>) {
        let Some((call, told)) = told else {
            self.never_learned += 1;
            return;
        };
        assert!(told.succeeded() || told.0["http_status"].as_u64() < Some(500), "{}: {told:?}", call.tool);
        if writes(call.tool) {
            self.entries.push(Entry { caller, call, told });
        } else {
            self.reads += 1;
        }
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.entries.append(&mut other.entries);
        self.reads += other.reads;
        self.never_learned += other.never_learned;
    }

    /// Asks everything that was done once more, of any server of its caller: the answer is what it was.
    pub(super) async fn is_told_again(&self, servers: &Servers) {
        for entry in self.entries.iter().filter(|entry| entry.stays()) {
            let mut call = entry.call.clone();
            call.arguments["idempotency_token"] = entry.token().into();
            let again = insist(servers, entry.caller, call).await.expect("an answer");
            if entry.told.succeeded() {
                assert_eq!(again.data()["replayed"], true, "{}: {again:?}", entry.tool());
            }
            assert_eq!(without_replayed(&again), without_replayed(&entry.told), "{}", entry.tool());
        }
    }

    pub(super) fn tally(&self) -> String {
        let (done, refused): (Vec<_>, Vec<_>) = self.entries.iter().partition(|entry| entry.told.succeeded());
        let effects: usize = self.entries.iter().map(Entry::effects).sum();
        let mut codes = std::collections::BTreeMap::<String, usize>::new();
        for entry in &refused {
            let Value::String(code) = &entry.told.0["error_code"] else { continue };
            *codes.entry(format!("{} {code}", entry.tool())).or_default() += 1;
        }
        let (reads, unknown) = (self.reads, self.never_learned);
        format!(
            "{} done with {effects} effects, {} refused, {reads} read, {unknown} never learned of; {codes:?}",
            done.len(),
            refused.len()
        )
    }
}
