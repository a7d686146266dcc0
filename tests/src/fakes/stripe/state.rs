//! The state of the account. Each object is stored as its JSON, oldest first.

use super::keys::Keys;
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};

#[derive(Clone)]
pub(super) struct State {
    /// The fake's address, for the page where a guest authenticates.
    pub(super) base: String,
    pub(super) customers: Vec<Value>,
    pub(super) intents: Vec<Value>,
    pub(super) charges: Vec<Value>,
    pub(super) refunds: Vec<Value>,
    /// Payment methods made from test methods, with the test method's name.
    pub(super) methods: Vec<(Value, String)>,
    pub(super) keys: Keys,
    /// API keys that are no longer valid.
    pub(super) revoked: BTreeSet<String>,
    /// The permissions of restricted keys; none means all.
    pub(super) granted: Option<BTreeSet<String>>,
    /// E-mails that are refused.
    pub(super) emails_not_taken: BTreeSet<String>,
    /// The statuses of the next refunds.
    pub(super) next_refunds: VecDeque<String>,
    /// Whether the next confirmation stays processing.
    pub(super) processing_next: bool,
    made: u64,
}

impl State {
    pub(super) fn new(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            customers: vec![],
            intents: vec![],
            charges: vec![],
            refunds: vec![],
            methods: vec![],
            keys: Keys::default(),
            revoked: BTreeSet::new(),
            granted: None,
            emails_not_taken: BTreeSet::new(),
            next_refunds: VecDeque::new(),
            processing_next: false,
            made: 0,
        }
    }

    /// A copy of the account at another address.
    pub(super) fn moved(&self, to: &str) -> Self {
        let mut moved = self.clone();
        to.clone_into(&mut moved.base);
        for object in moved.intents.iter_mut().chain(&mut moved.charges) {
            let text = object.to_string().replace(&self.base, to);
            *object = serde_json::from_str(&text).expect("what it was");
        }
        moved.keys.moved(&self.base, to);
        moved
    }

    /// A new id: `pi_3Dewy000000000000000007`.
    pub(super) fn id(&mut self, prefix: &str) -> String {
        self.made += 1;
        format!("{prefix}_3Dewy{:019}", self.made)
    }

    pub(super) fn intent(&mut self, id: &str) -> Option<&mut Value> {
        self.intents.iter_mut().find(|it| it["id"] == id)
    }

    pub(super) fn charge(&mut self, id: &str) -> Option<&mut Value> {
        self.charges.iter_mut().find(|it| it["id"] == id)
    }
}

/// Seconds, as Stripe counts them.
pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
