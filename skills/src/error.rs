//! Failures, and what the caller may do next.
//!
//! A [`Refusal`] is a definite no: nothing was done, and a retry changes nothing until something else does. It is a
//! value: it is journaled and replayed like any answer. An [`Outage`] means that a system did not answer as it
//! should, and whether the effect may have happened anyway.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Who can fix a failure. Retries, log level, next step and reconcile's report follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// The caller: a value of the call is wrong.
    Argument,
    /// The caller or the staff: the hotel's state does not allow the call.
    State,
    /// The administrator of the system of record: it refuses this change (a validation rule, a trigger, a locked record).
    SystemRefuses,
    /// The person who connected the system: a field, object, picklist value or permission we need is missing.
    SetUp,
    /// Nobody: it passes. Only this kind is retried.
    Outage,
}

impl Kind {
    /// Who can fix it, in words.
    pub const fn mended_by(self) -> &'static str {
        match self {
            Self::Argument => "the caller",
            Self::State => "the caller or the staff",
            Self::SystemRefuses => "whoever runs the system",
            Self::SetUp => "whoever connected the system",
            Self::Outage => "time: it passes",
        }
    }

    /// The next step, for a refusal that has none of its own.
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Argument => "Correct the argument and call again.",
            Self::State => "Look at the present state, then decide anew.",
            Self::SystemRefuses => {
                "Calling again changes nothing. Whoever runs the system of record can mend what details.system_message says; \
                 then call again with a new idempotency_token."
            }
            Self::SetUp => {
                "Calling again changes nothing. Whoever connected the system can mend it: details.object and details.field say \
                 what is missing, and staff-server doctor lists everything that is."
            }
            Self::Outage => "Call again in a moment with the same idempotency_token.",
        }
    }

    /// Whether the cause lies in an external system: staff see all of it, a guest nothing.
    pub const fn is_the_systems(self) -> bool {
        matches!(self, Self::SystemRefuses | Self::SetUp)
    }
}

/// Declares the error codes, each with its HTTP status and who can fix it.
macro_rules! error_codes {
    ($($variant:ident = $text:literal, $status:literal, $kind:ident;)+) => {
        /// What went wrong, for machines. The full list and its meaning are in docs/answers.md.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        #[schemars(inline)]
        pub enum ErrorCode { $(#[doc = $text] #[serde(rename = $text)] $variant),+ }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code in answers.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The HTTP status with the same meaning.
            pub const fn http_status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// Who can fix it.
            pub const fn kind(self) -> Kind {
                match self { $(Self::$variant => Kind::$kind),+ }
            }
        }
    };
}

impl ErrorCode {
    /// The code of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }

    /// Whether a retry with the same token is safe and may help: an outage passes, a guest who was asked to authenticate
    /// comes back, and a call that its client cancelled was not begun.
    pub const fn retry_safe(self) -> bool {
        matches!(self.kind(), Kind::Outage) || matches!(self, Self::PaymentActionRequired | Self::Cancelled)
    }
}

error_codes! {
    PaymentActionRequired = "PAYMENT_ACTION_REQUIRED", 202, State;
    CheckoutPending = "CHECKOUT_PENDING", 202, Outage;
    ValidationError = "VALIDATION_ERROR", 400, Argument;
    InvalidDates = "INVALID_DATES", 400, Argument;
    PaymentFailed = "PAYMENT_FAILED", 402, State;
    NotYours = "NOT_YOURS", 403, Argument;
    InvalidContactType = "INVALID_CONTACT_TYPE", 403, State;
    NotConfirmed = "NOT_CONFIRMED", 403, State;
    GuestNotFound = "GUEST_NOT_FOUND", 404, State;
    ReservationNotFound = "RESERVATION_NOT_FOUND", 404, State;
    BookingNotFound = "BOOKING_NOT_FOUND", 404, State;
    RoomNotFound = "ROOM_NOT_FOUND", 404, State;
    CaseNotFound = "CASE_NOT_FOUND", 404, State;
    PaymentNotFound = "PAYMENT_NOT_FOUND", 404, State;
    MultipleReservations = "MULTIPLE_RESERVATIONS", 409, State;
    AlreadyBooked = "ALREADY_BOOKED", 409, State;
    Cancelled = "CANCELLED", 409, State;
    TooManyBookings = "TOO_MANY_BOOKINGS", 409, State;
    RoomNotVacant = "ROOM_NOT_VACANT", 409, State;
    RoomAlreadyBooked = "ROOM_ALREADY_BOOKED", 409, State;
    RoomOutOfService = "ROOM_OUT_OF_SERVICE", 409, State;
    RoomNotForSale = "ROOM_NOT_FOR_SALE", 409, State;
    OverCapacity = "OVER_CAPACITY", 409, State;
    InvalidTransition = "INVALID_TRANSITION", 409, State;
    AmountMismatch = "AMOUNT_MISMATCH", 409, State;
    CurrencyMismatch = "CURRENCY_MISMATCH", 409, State;
    RefundPending = "REFUND_PENDING", 409, State;
    IdempotencyTokenReused = "IDEMPOTENCY_TOKEN_REUSED", 409, Argument;
    AlreadyRefunded = "ALREADY_REFUNDED", 409, State;
    PaymentNotRefundable = "PAYMENT_NOT_REFUNDABLE", 422, State;
    RecordsRefused = "RECORDS_REFUSED", 422, SystemRefuses;
    NotSetUp = "NOT_SET_UP", 500, SetUp;
    RateLimited = "RATE_LIMITED", 429, Outage;
    InternalError = "INTERNAL_ERROR", 500, Outage;
    SalesforceUnavailable = "SALESFORCE_UNAVAILABLE", 503, Outage;
    StripeUnavailable = "STRIPE_UNAVAILABLE", 503, Outage;
    TwilioUnavailable = "TWILIO_UNAVAILABLE", 503, Outage;
    StorageUnavailable = "STORAGE_UNAVAILABLE", 503, Outage;
    UpstreamTimeout = "UPSTREAM_TIMEOUT", 504, Outage;
    NeedsAttention = "NEEDS_ATTENTION", 500, State;
}

/// A definite no, with its texts for the caller.
#[must_use]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// The error code.
    pub error_code: ErrorCode,
    /// The error as a sentence; names people and rooms, not ids.
    pub error_message: String,
    /// The caller's next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
    /// Data for programs: candidates, the decline code, the states found.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Value>,
    /// The error's kind passes by itself, but this one stays until somebody fixes it: a retry does not help.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lasting: bool,
}

impl Refusal {
    /// A refusal with its sentence.
    pub fn new(error_code: ErrorCode, error_message: impl Into<String>) -> Self {
        Self {
            error_code,
            error_message: error_message.into(),
            next_step: None,
            details: Map::new(),
            lasting: false,
        }
    }

    /// The HTTP status: its code's, or 500 if it is lasting.
    pub const fn http_status(&self) -> u16 {
        if self.lasting { 500 } else { self.error_code.http_status() }
    }

    /// Whether sending the same call again may help.
    pub const fn retry_safe(&self) -> bool {
        self.error_code.retry_safe() && !self.lasting
    }

    /// Adds the caller's next step.
    pub fn next(mut self, step: impl Into<String>) -> Self {
        self.next_step = Some(step.into());
        self
    }

    /// The sentence with the system's own message, for the hotel's operator.
    pub fn in_full(&self) -> String {
        let told = ["system_code", "system_message", "object", "field"].map(|name| {
            self.details.get(name).and_then(Value::as_str).map(|text| format!(" {name}: {text};"))
        });
        let told: String = told.into_iter().flatten().collect();
        format!("{}{}", self.error_message, told.trim_end_matches(';'))
    }

    /// Adds one detail.
    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }
}

/// A system of the hotel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum System {
    /// Guests, bookings, rooms, opportunities, cases: Salesforce or the embedded hotel.
    Crm,
    /// Money: Stripe or the embedded processor.
    Payments,
    /// Texts to guests: Twilio or the embedded outbox.
    Messages,
    /// The local files: the journal, and the embedded systems.
    Storage,
}

impl System {
    /// The code that reports this system's outage.
    pub const fn unavailable(self) -> ErrorCode {
        match self {
            Self::Crm => ErrorCode::SalesforceUnavailable,
            Self::Payments => ErrorCode::StripeUnavailable,
            Self::Messages => ErrorCode::TwilioUnavailable,
            Self::Storage => ErrorCode::StorageUnavailable,
        }
    }

    /// The word for the role, whichever system has it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Crm => "records",
            Self::Payments => "payments",
            Self::Messages => "messages",
            Self::Storage => "storage",
        }
    }

    /// The system's name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crm => "the hotel's records",
            Self::Payments => "the payment processor",
            Self::Messages => "the message service",
            Self::Storage => "the storage of the hotel's own machine",
        }
    }
}

/// A system did not answer as it should.
#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
#[error("{}: {reason}", system.name())]
pub struct Outage {
    /// The system.
    pub system: System,
    /// The code for the caller: unavailable, timeout or rate limit.
    pub error_code: ErrorCode,
    /// For the log; an agent never sees it.
    pub reason: String,
    /// Whether the effect asked for may have happened.
    pub effect_unknown: bool,
    /// Whether the system may replay this failure for the same key (Stripe stores a 5xx under its key): then only a
    /// read shows whether the effect happened.
    pub key_spent: bool,
    /// Whether the system is known to replay it for this key, to any caller.
    pub key_dead: bool,
    /// How many seconds the system asked to wait.
    pub retry_after_seconds: Option<u64>,
    /// Whether a retry in a moment will not help: a credential is not accepted, an org is not set up.
    pub lasting: bool,
    /// Whether no system failed: another call works on the same thing and did not end in time.
    pub held_by_another: bool,
    /// The file, if a local one failed.
    pub file: Option<BadFile>,
}

/// A local file that could not be used.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BadFile {
    /// Its name, without its folder.
    pub name: String,
    /// Whether it stays so until somebody fixes it: malformed, replaced or gone, as opposed to full or locked.
    pub stays: bool,
}

impl Outage {
    /// The system could not be reached: nothing happened.
    pub fn unreached(system: System, reason: impl std::fmt::Display) -> Self {
        Self {
            system,
            error_code: system.unavailable(),
            reason: reason.to_string(),
            effect_unknown: false,
            key_spent: false,
            key_dead: false,
            retry_after_seconds: None,
            lasting: false,
            held_by_another: false,
            file: None,
        }
    }

    /// A local file could not be used.
    pub fn of_storage(file: &str, reason: impl std::fmt::Display) -> Self {
        let file = BadFile { name: file.to_owned(), stays: false };
        Self { file: Some(file), ..Self::unreached(System::Storage, reason) }
    }

    /// Marks the outage as one that a retry in a moment will not end.
    pub fn lasting(self) -> Self {
        Self { lasting: true, ..self }
    }

    /// The request was sent and its answer is not known: the effect may have happened.
    pub fn unknown(system: System, reason: impl std::fmt::Display) -> Self {
        Self { effect_unknown: true, ..Self::unreached(system, reason) }
    }
}

/// How a skill fails.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SkillError {
    /// A definite no.
    #[error("{}", .0.error_message)]
    Refused(Refusal),
    /// The records changed after the saga decided what to do: nothing was done, and the saga reads again. The refusal
    /// describes the records as they are now.
    #[error("{}", .0.error_message)]
    MovedOn(Refusal),
    /// No definite answer.
    #[error(transparent)]
    Outage(#[from] Outage),
}

impl SkillError {
    /// The error of a commit that was not made: its preconditions do not hold, or it could never be made.
    pub(crate) fn unmet(refusal: Refusal) -> Self {
        match refusal.error_code.kind() {
            Kind::State => Self::MovedOn(refusal),
            _ => Self::Refused(refusal),
        }
    }
}

impl From<Refusal> for SkillError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
