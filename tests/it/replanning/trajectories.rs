//! What one agent does for one wish, drawn from a seed: how often it loses an answer, how, and what it does otherwise then.

use super::words;
use crate::processes::Luck;

/// Whose server is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Caller {
    Manager,
    NightStaff,
    Kiosk,
    /// The guest-server of the guest the wish is about.
    Guest,
}

/// What the agent is to bring about, once.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wish {
    /// A room, whichever is free, for so many nights from so many days ahead.
    Book {
        guest: &'static str,
        from: i64,
        nights: i64,
    },
    Towels {
        guest: &'static str,
        room: &'static str,
        text: &'static str,
    },
    Repair {
        room: &'static str,
        text: &'static str,
        closes_the_room: bool,
    },
    CheckIn {
        guest: &'static str,
        booking: &'static str,
        room: &'static str,
    },
    CheckOut {
        guest: &'static str,
        booking: &'static str,
        room: &'static str,
    },
}

impl Wish {
    fn random(luck: &mut Luck) -> Self {
        match luck.below(6) {
            0 | 1 => Self::Book {
                guest: luck.pick(&["patrick.obrien@example.com", "soojin.kim@example.com", NEW_GUEST]),
                from: luck.below(9).try_into().expect("fits"),
                nights: 1 + i64::try_from(luck.below(4)).expect("fits"),
            },
            2 => {
                let (guest, _, room) = luck.pick(HERE);
                Self::Towels { guest, room, text: words::towels(luck) }
            }
            3 => Self::Repair {
                room: luck.pick(&["108", "206"]),
                text: words::repair(luck),
                closes_the_room: luck.one_in(2),
            },
            4 => {
                let (guest, booking, room) = luck.pick(&[
                    ("sarah@example.com", "BK-0003", "205"),
                    ("wei.chen@example.com", "BK-0004", "102"),
                ]);
                Self::CheckIn { guest, booking, room }
            }
            _ => {
                let (guest, booking, room) = luck.pick(HERE);
                Self::CheckOut { guest, booking, room }
            }
        }
    }

    /// The steps in which its call does something to the world, in their order.
    pub(super) const fn steps(&self) -> &'static [&'static str] {
        match self {
            Self::Book { .. } => &["book"],
            Self::Towels { .. } | Self::Repair { .. } => &["open_case"],
            Self::CheckIn { .. } => &["move_in"],
            Self::CheckOut { .. } => &["create_payment_intent", "confirm_payment", "close_stay"],
        }
    }

    fn callers(&self) -> &'static [Caller] {
        match self {
            Self::Repair { .. } => &[Caller::Manager, Caller::NightStaff],
            _ => &[Caller::Manager, Caller::NightStaff, Caller::Kiosk, Caller::Guest, Caller::Guest],
        }
    }
}

/// A guest the hotel does not know yet.
pub(super) const NEW_GUEST: &str = "ada.lovelace@example.com";
/// Who stays at the hotel from the start.
const HERE: &[(&str, &str, &str)] =
    &[("beth.gibbs@email.com", "BK-0001", "201"), ("carl.smith@example.com", "BK-0002", "101")];

/// What becomes of a call, as far as the agent is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// The answer is read.
    None,
    /// It is answered, and the answer is lost on its way.
    Dropped,
    /// The agent does not wait; the call goes on behind its back.
    LeftAlone,
    /// Something strikes at this step of the call.
    Struck { step: &'static str, how: Strike, recovered: Recovered },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strike {
    /// The server is killed before it asks.
    KilledBefore,
    /// The server is killed in the middle of the system's transaction.
    KilledInside,
    /// The server is killed once the system has done it.
    KilledAfter,
    /// The system has done it and never says so; the agent does not come back, as it was told to.
    AnswerLost,
    /// The system cannot be reached; the agent does not come back.
    Unreached,
}

impl Strike {
    /// As `HOTEL_FAULTS` has it. A system that does not answer does not for as long as the call lasts.
    pub(super) const fn fault(self) -> &'static str {
        match self {
            Self::KilledBefore => "killed_before",
            Self::KilledInside => "killed_inside",
            Self::KilledAfter => "killed_after",
            Self::AnswerLost => "answer_lost!",
            Self::Unreached => "unreached!",
        }
    }

    /// Whether the effect of the step is there.
    pub(super) const fn was_done(self) -> bool {
        matches!(self, Self::KilledAfter | Self::AnswerLost)
    }
}

/// When somebody takes over what a dead server left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recovered {
    /// From the agent's next call on.
    Soon,
    /// When the agent has long been told that its wish is granted.
    Late,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    None,
    New,
    /// The very first call as it was, with its token: an agent that does as it was told.
    First,
}

/// One call of the agent.
#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub(super) caller: Caller,
    pub(super) token: Token,
    pub(super) loss: Loss,
    pub(super) card: &'static str,
    /// What it words its call with.
    pub(super) luck: Luck,
}

/// A wish, the calls whose answers are lost, and the one that is answered.
#[derive(Debug, Clone)]
pub(super) struct Trajectory {
    pub(super) seed: u64,
    pub(super) wish: Wish,
    pub(super) attempts: Vec<Attempt>,
}

impl Trajectory {
    pub(super) fn of(seed: u64) -> Self {
        let mut luck = Luck::of(seed);
        let wish = Wish::random(&mut luck);
        let lost = 1 + luck.below(3);
        let attempts = (0..=lost).map(|n| attempt(&wish, n == 0, n == lost, &mut luck)).collect();
        Self { seed, wish, attempts }
    }
}

fn attempt(wish: &Wish, first: bool, last: bool, luck: &mut Luck) -> Attempt {
    let caller = luck.pick(wish.callers());
    let token = match luck.below(6) {
        0 => Token::None,
        1 if !first && !last => Token::First,
        _ => Token::New,
    };
    let loss = match luck.below(8) {
        _ if last => Loss::None,
        0 | 1 => Loss::Dropped,
        2 => Loss::LeftAlone,
        _ => {
            let how = luck.pick(&[
                Strike::KilledBefore,
                Strike::KilledInside,
                Strike::KilledAfter,
                Strike::KilledAfter,
                Strike::AnswerLost,
                Strike::Unreached,
            ]);
            // Whoever wants the same booking waits for a dead server's lease; nobody has to here.
            let waited_for = matches!(wish, Wish::CheckIn { .. } | Wish::CheckOut { .. });
            let late = !waited_for && luck.one_in(2);
            let recovered = if late { Recovered::Late } else { Recovered::Soon };
            Loss::Struck { step: luck.pick(wish.steps()), how, recovered }
        }
    };
    let card = match luck.below(6) {
        0 if !last => "pm_card_authenticationRequired",
        1 if !last => "pm_card_chargeDeclined",
        2 => "pm_card_mastercard",
        _ => "pm_card_visa",
    };
    Attempt { caller, token, loss, card, luck: luck.split() }
}
