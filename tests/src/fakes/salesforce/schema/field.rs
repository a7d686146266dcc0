//! What a field of the org is.

use serde::Deserialize;
use serde_json::Value;
use std::cmp::Ordering;

/// The type of a field, in the platform's words where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Id,
    String,
    LongTextArea,
    Email,
    Phone,
    Url,
    Picklist,
    Boolean,
    Double,
    Currency,
    Date,
    DateTime,
    Reference,
}

impl Kind {
    /// Whether its values compare as texts.
    pub(crate) fn is_text(self) -> bool {
        matches!(
            self,
            Self::String | Self::LongTextArea | Self::Email | Self::Phone | Self::Url | Self::Picklist
        )
    }

    /// Whether values are record ids.
    pub(crate) fn is_id(self) -> bool {
        matches!(self, Self::Id | Self::Reference)
    }

    /// The platform's name of the type, as in describe and in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::String => "string",
            Self::LongTextArea => "textarea",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Picklist => "picklist",
            Self::Boolean => "boolean",
            Self::Double => "double",
            Self::Currency => "currency",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Reference => "reference",
        }
    }
}

/// How a computed field is calculated when it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Computed {
    FullName,
    StageClosed,
    StageWon,
    CaseClosed,
    ContactEmail,
    ContactPhone,
    Nights,
    SumOfNights,
}

/// What happens to a row when the row it points at is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum OnDelete {
    Cascade,
    Restrict,
    SetNull,
}

/// A field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    #[serde(skip)]
    pub(crate) name: String,
    /// What people read; made of the name if nothing says it.
    #[serde(skip)]
    pub(crate) label: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
    pub(crate) length: Option<usize>,
    pub(crate) precision: Option<i32>,
    #[serde(default)]
    pub(crate) scale: i32,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) unique: bool,
    #[serde(default)]
    pub(crate) external_id: bool,
    #[serde(default)]
    pub(crate) case_sensitive: bool,
    #[serde(default)]
    pub(crate) read_only: bool,
    #[serde(default)]
    pub(crate) create_only: bool,
    /// Picklist values; any other is refused where `restricted`.
    pub(crate) values: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) restricted: bool,
    pub(crate) default: Option<Value>,
    /// The object that a reference points at, and the relationship names to the parent and to the children.
    pub(crate) to: Option<String>,
    pub(crate) relationship: Option<String>,
    pub(crate) children: Option<String>,
    pub(crate) on_delete: Option<OnDelete>,
    #[serde(default)]
    pub(crate) master: bool,
    /// An auto number's format and its first number.
    pub(crate) format: Option<String>,
    pub(crate) starts_at: Option<u64>,
    pub(crate) computed: Option<Computed>,
}

impl Field {
    /// A field of this kind about which nothing else is said.
    pub(super) fn of(name: &str, kind: Kind) -> Self {
        let length = match kind {
            Kind::Email => Some(80),
            Kind::Phone => Some(40),
            Kind::Url | Kind::Picklist => Some(255),
            _ => None,
        };
        Self {
            name: name.to_owned(),
            label: None,
            kind,
            length,
            precision: None,
            scale: 0,
            required: false,
            unique: false,
            external_id: false,
            case_sensitive: false,
            read_only: false,
            create_only: false,
            values: None,
            restricted: false,
            default: None,
            to: None,
            relationship: None,
            children: None,
            on_delete: None,
            master: false,
            format: None,
            starts_at: None,
            computed: None,
        }
    }

    pub(crate) fn createable(&self) -> bool {
        !self.read_only && self.computed.is_none() && self.kind != Kind::Id
    }

    /// A master cannot be changed: the org's master-detail fields are not reparentable.
    pub(crate) fn updateable(&self) -> bool {
        self.createable() && !self.create_only && !self.master
    }

    pub(crate) fn filterable(&self) -> bool {
        self.kind != Kind::LongTextArea
    }

    /// Its name in error messages.
    pub(crate) fn label(&self) -> String {
        self.label.clone().unwrap_or_else(|| self.name.trim_end_matches("__c").replace('_', " "))
    }

    /// Compares a stored text with one that is case-folded already.
    pub(crate) fn compare(&self, text: &str, folded: &str) -> Ordering {
        if text.is_ascii() && !self.case_sensitive && !self.kind.is_id() {
            return text.bytes().map(|c| c.to_ascii_lowercase()).cmp(folded.bytes());
        }
        self.folded(text).as_str().cmp(folded)
    }

    /// Texts compare without regard to case, except in unique case-sensitive fields.
    pub(crate) fn folded(&self, text: &str) -> String {
        if self.case_sensitive || self.kind.is_id() { text.to_owned() } else { text.to_lowercase() }
    }
}
