//! A skill: a value that can run.
//!
//! Its fields are the request, its doc comment the description, its `run` the work. A skill does one thing to one
//! system (or reads what a saga needs), calls no other skill, and is repeatable under the key of its call.

use crate::error::{SkillError, System};
use crate::records::Stay;
use crate::systems::{
    Hotel,
    crm::{Change, Committed, Crm},
    messages::Messages,
    payments::Payments,
};
use crate::words::{Country, Date, Key};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The effect of an operation on the world; clients get it as annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Reads, and changes nothing.
    Reads,
    /// Makes something that has no effect by itself and is harmless to leave: a customer, an unpaid intent.
    Prepares,
    /// Adds something new; overwrites nothing.
    Adds,
    /// Changes existing records.
    Changes,
    /// Charges or refunds; changes existing records.
    MovesMoney,
}

impl Effect {
    /// Whether it changes anything.
    pub fn writes(self) -> bool {
        self != Self::Reads
    }

    /// Whether the effect must not happen twice for the same request: it binds the request's token.
    pub fn binds(self) -> bool {
        !matches!(self, Self::Reads | Self::Prepares)
    }
}

/// The context of a skill: the hotel, the hotel's day, and the idempotency key of its effect.
pub struct Call<'a> {
    hotel: &'a Hotel,
    key: Key,
    today: Date,
    spent_keys: u32,
    late: bool,
    again: bool,
    last_day: Option<&'a LastDay<'a>>,
}

/// The last day that the stay of a guest who is here costs, if it is not today.
type LastDay<'a> = dyn Fn(&Stay) -> Date + Send + Sync + 'a;

impl<'a> Call<'a> {
    /// A call under `key` on the hotel's day `today`.
    pub const fn new(hotel: &'a Hotel, key: Key, today: Date) -> Self {
        Self { hotel, key, today, spent_keys: 0, late: false, again: false, last_day: None }
    }

    /// The call after this many keys were spent, because the system stores a failure as their answer. Every run that
    /// meets the same failures arrives at the same next key.
    pub fn after_spent_keys(mut self, spent: u32) -> Self {
        self.spent_keys = spent;
        self.key = self.fresh(&self.key);
        self
    }

    /// Marks the call as so long after its beginning that the system may have forgotten its key.
    pub const fn late(mut self, late: bool) -> Self {
        self.late = late;
        self
    }

    /// Marks the call as one of which an earlier attempt may have taken effect.
    pub const fn again(mut self, again: bool) -> Self {
        self.again = again;
        self
    }

    /// The call of a reader who knows of earlier calls: for each stay until which day it costs.
    #[must_use]
    pub const fn knowing_last_days(mut self, last_day: &'a LastDay<'a>) -> Self {
        self.last_day = Some(last_day);
        self
    }

    /// The last day that a stay costs if its guest is here: today, unless an earlier call has ended its cost.
    pub fn last_day(&self, stay: &Stay) -> Date {
        self.last_day.map_or(self.today, |last_day| last_day(stay))
    }

    /// A key that the skill derives itself, moved past the spent ones.
    pub fn fresh(&self, key: &Key) -> Key {
        match self.spent_keys {
            0 => key.clone(),
            spent => Key::derived(&[key.as_str(), &spent.to_string()]),
        }
    }

    /// Whether the system may have forgotten the key: then nothing that charges is sent.
    pub const fn is_late(&self) -> bool {
        self.late
    }

    /// The hotel's records.
    pub fn crm(&self) -> &'a dyn Crm {
        &*self.hotel.crm
    }

    /// The payment processor.
    pub fn payments(&self) -> &'a dyn Payments {
        &*self.hotel.payments
    }

    /// The message service.
    pub fn messages(&self) -> &'a dyn Messages {
        &*self.hotel.messages
    }

    /// The hotel's currency, an ISO code in lower case.
    pub fn currency(&self) -> &'a str {
        &self.hotel.currency
    }

    /// The country of phone numbers without a country code.
    pub const fn country(&self) -> Option<Country> {
        self.hotel.country
    }

    /// The key of this effect.
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// The hotel's day.
    pub const fn today(&self) -> Date {
        self.today
    }
}

/// The result of reading whether an effect happened.
#[derive(Debug)]
pub enum Settled<T> {
    /// It happened, with this answer.
    Done(T),
    /// It did not happen; it may be tried under another key.
    NotDone,
    /// Reading does not show it: try again under the same key.
    Ask,
}

/// Something an effect started that ends later, such as a refund: it is checked until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Its id in its system.
    pub id: String,
    /// The id, in that system, of what it belongs to.
    pub of: String,
}

/// An atomic operation.
pub trait Skill: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The skill's name, equal to its file's, its step's and its tool's. Part of the durable contract.
    const NAME: &'static str;
    /// Its effect on the world.
    const EFFECT: Effect;
    /// The system it uses.
    const SYSTEM: System = System::Crm;
    /// The answer's type.
    type Output: Serialize + DeserializeOwned + Send + 'static;

    /// Runs the skill.
    ///
    /// # Errors
    /// A refusal (a definite no) or an outage.
    fn run(&self, call: &Call<'_>) -> impl Future<Output = Result<Self::Output, SkillError>> + Send;

    /// Whether an answer means that the effect took place; a card that waits for authentication was not charged.
    fn took_effect(_: &Self::Output) -> bool {
        true
    }

    /// What an answer leaves to be checked later.
    fn follow_up(_: &Self::Output) -> Option<FollowUp> {
        None
    }

    /// Reads whether an effect that may have happened did. Called when its key is spent, or so old that the system
    /// may have forgotten it.
    ///
    /// # Errors
    /// A refusal, if it can no longer happen, or an outage.
    fn settle(&self, _: &Call<'_>) -> impl Future<Output = Result<Settled<Self::Output>, SkillError>> + Send {
        async { Ok(Settled::Ask) }
    }
}

/// Makes a request struct a skill that writes to the hotel's records, and a variant of [`Change`]: run alone it commits
/// itself, and a saga commits several together with [`Commit`].
macro_rules! crm_change {
    ($name:ident, $text:literal, $effect:ident) => {
        impl From<$name> for $crate::systems::crm::Change {
            fn from(change: $name) -> Self {
                Self::$name(change)
            }
        }
        impl $crate::skill::Skill for $name {
            const NAME: &'static str = $text;
            const EFFECT: $crate::skill::Effect = $crate::skill::Effect::$effect;
            type Output = $crate::systems::crm::Committed;

            async fn run(
                &self,
                call: &$crate::skill::Call<'_>,
            ) -> Result<Self::Output, $crate::error::SkillError> {
                $crate::skill::Commit::new().with(self.clone()).run(call).await
            }
        }
    };
}
pub(crate) use crm_change;

/// Several changes to the hotel's records, all or none.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Commit {
    /// The changes, in the order they are applied.
    pub changes: Vec<Change>,
}

impl Commit {
    /// A commit without changes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a change.
    pub fn with(mut self, change: impl Into<Change>) -> Self {
        self.changes.push(change.into());
        self
    }

    /// Adds a change if there is one.
    pub fn maybe(self, change: Option<impl Into<Change>>) -> Self {
        match change {
            Some(change) => self.with(change),
            None => self,
        }
    }
}

/// Several changes to the hotel's records, tried and rolled back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearse {
    /// The changes, in the order they would be applied.
    pub changes: Vec<Change>,
}

impl Skill for Rehearse {
    const NAME: &'static str = "rehearse_closing";
    const EFFECT: Effect = Effect::Reads;
    type Output = ();

    async fn run(&self, call: &Call<'_>) -> Result<(), SkillError> {
        call.crm().rehearse(&self.changes).await
    }
}

impl Skill for Commit {
    const NAME: &'static str = "commit";
    const EFFECT: Effect = Effect::Changes;
    type Output = Committed;

    async fn run(&self, call: &Call<'_>) -> Result<Committed, SkillError> {
        call.crm().commit(call.key(), &self.changes, call.again).await
    }

    /// If another call opened the case with the same key first, this call opened none, and its other changes may be
    /// committed again.
    fn took_effect(done: &Committed) -> bool {
        done.created || done.case_number.is_none()
    }
}
