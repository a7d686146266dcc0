//! Words with a fixed list of values.

/// Declares a choice: an enum whose values are spelled the way agents and Salesforce spell them.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        #[allow(missing_docs)] // each value says itself
        pub enum $name { $($variant),+ }

        impl $name {
            /// Every value, in the order a person would list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value as agents and Salesforce spell it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl From<$name> for &'static str {
            fn from(value: $name) -> Self {
                value.as_str()
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::words::WordError;
            fn try_from(text: String) -> Result<Self, $crate::words::WordError> {
                text.parse()
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::words::WordError;
            fn from_str(text: &str) -> Result<Self, $crate::words::WordError> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| {
                    let allowed: Vec<_> = Self::ALL.iter().map(|value| value.as_str()).collect();
                    $crate::words::WordError(format!("{} is not one of {}", $crate::words::echo(text), allowed.join(", ")))
                })
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "enum": [$($text),+]})
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                value.as_str()?.parse().map_err(rusqlite::types::FromSqlError::other)
            }
        }
    };
}
pub(crate) use choice;

choice!(
    /// What kind of room it is.
    RoomType { Standard = "Standard", Deluxe = "Deluxe", Suite = "Suite", Penthouse = "Penthouse" }
);
choice!(
    /// What somebody is to the hotel.
    ContactType { Guest = "Guest", Manager = "Manager", Vendor = "Vendor" }
);
choice!(
    /// How somebody wants to be reached.
    ContactMethod { Sms = "SMS", Email = "Email", Phone = "Phone" }
);
choice!(
    /// What a case is about.
    CaseType {
        Housekeeping = "Housekeeping",
        RoomService = "Room Service",
        Concierge = "Concierge",
        ServiceRequest = "Service Request",
        Maintenance = "Maintenance",
        Facilities = "Facilities",
    }
);
choice!(
    /// What a guest may ask for.
    ServiceType {
        Housekeeping = "Housekeeping",
        RoomService = "Room Service",
        Concierge = "Concierge",
        ServiceRequest = "Service Request",
    }
);
choice!(
    /// What staff may report about a room.
    MaintenanceType { Maintenance = "Maintenance", Facilities = "Facilities" }
);
choice!(
    /// How soon a case matters.
    Priority { Low = "Low", Medium = "Medium", High = "High", Urgent = "Urgent" }
);
choice!(
    /// Where a case came from.
    Origin { Web = "Web", Phone = "Phone", Email = "Email", Internal = "Internal" }
);

impl From<ServiceType> for CaseType {
    fn from(kind: ServiceType) -> Self {
        match kind {
            ServiceType::Housekeeping => Self::Housekeeping,
            ServiceType::RoomService => Self::RoomService,
            ServiceType::Concierge => Self::Concierge,
            ServiceType::ServiceRequest => Self::ServiceRequest,
        }
    }
}

impl From<MaintenanceType> for CaseType {
    fn from(kind: MaintenanceType) -> Self {
        match kind {
            MaintenanceType::Maintenance => Self::Maintenance,
            MaintenanceType::Facilities => Self::Facilities,
        }
    }
}
