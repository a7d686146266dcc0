//! What a skill is: a value that can run.
//!
//! Its fields are the request, its doc comment the description, its `run` the work. A skill does one thing to
//! one system (or looks at what it needs), calls no other skill, and is repeatable under the key of its call.

use crate::error::{SkillError, System};
use crate::systems::{
    Hotel,
    crm::{Change, Committed, Crm},
    messages::Messages,
    payments::Payments,
};
use crate::words::{Country, Date, Key};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What running something does to the world; agents' clients are told by annotations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Looks, changes nothing.
    Reads,
    /// Makes something that stands for nothing by itself and is harmless to leave: a customer, an unpaid intent.
    Prepares,
    /// Adds something new; overwrites nothing.
    Adds,
    /// Changes what is there.
    Changes,
    /// Charges or refunds; changes what is there.
    MovesMoney,
}

impl Effect {
    /// Whether it changes anything.
    pub fn writes(self) -> bool {
        self != Self::Reads
    }

    /// Whether, once done, it must not be done again for the same request: it binds the request's token.
    pub fn binds(self) -> bool {
        !matches!(self, Self::Reads | Self::Prepares)
    }
}

/// What a skill runs in: the hotel, the hotel's day, and the key its effect is repeatable under.
pub struct Call<'a> {
    hotel: &'a Hotel,
    key: Key,
    today: Date,
    spent_keys: u32,
    late: bool,
    again: bool,
}

impl<'a> Call<'a> {
    /// A call under `key` on the hotel's day `today`.
    pub const fn new(hotel: &'a Hotel, key: Key, today: Date) -> Self {
        Self { hotel, key, today, spent_keys: 0, late: false, again: false }
    }

    /// The same, after so many keys were spent: the system answers them with a failure it keeps. Whoever meets the same
    /// failures comes to the same next key.
    pub fn after_spent_keys(mut self, spent: u32) -> Self {
        self.spent_keys = spent;
        self.key = self.fresh(&self.key);
        self
    }

    /// The same, so long after it began that the system may have forgotten its key.
    pub const fn late(mut self, late: bool) -> Self {
        self.late = late;
        self
    }

    /// The same, of which an earlier attempt may have taken effect.
    pub const fn again(mut self, again: bool) -> Self {
        self.again = again;
        self
    }

    /// A key of a skill's own choosing, with those that are spent passed over.
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

    /// Where phone numbers without a country code are from.
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

/// What reading found out about an effect that may have happened.
#[derive(Debug)]
pub enum Settled<T> {
    /// It happened, and this is its answer.
    Done(T),
    /// It did not happen; it may be asked for under another key.
    NotDone,
    /// Reading does not tell: ask for it again.
    Ask,
}

/// Something an effect has set going that comes to its end later: it is looked after until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// What its system calls it.
    pub id: String,
    /// What it belongs to, as its system calls that.
    pub of: String,
}

/// An atomic operation.
pub trait Skill: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name: the same as its file, its step in a saga, its tool. Part of the durable contract.
    const NAME: &'static str;
    /// What it does to the world.
    const EFFECT: Effect;
    /// Which system it asks.
    const SYSTEM: System = System::Crm;
    /// What it answers.
    type Output: Serialize + DeserializeOwned + Send + 'static;

    /// Does it.
    ///
    /// # Errors
    /// A refusal (a definite no) or an outage.
    fn run(&self, call: &Call<'_>) -> impl Future<Output = Result<Self::Output, SkillError>> + Send;

    /// Whether an answer means that the effect took place; a card that waits for its owner was not charged.
    fn took_effect(_: &Self::Output) -> bool {
        true
    }

    /// What an answer leaves to be looked after.
    fn follow_up(_: &Self::Output) -> Option<FollowUp> {
        None
    }

    /// What became of an effect that may have happened, found by reading: asked when its key is spent, or so old that the
    /// system may have forgotten it.
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
    /// Nothing yet.
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

/// Several changes to the hotel's records, tried without letting any of them stand.
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

    /// A case that is somebody else's with the same key was not opened by this call, and what came with it can be asked
    /// again.
    fn took_effect(done: &Committed) -> bool {
        done.created || done.case_number.is_none()
    }
}
