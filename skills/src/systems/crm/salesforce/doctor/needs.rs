//! What the adapter needs of the org: per object the fields it reads, fills in and changes. `docs/connecting.md` has the
//! same table for people.

use super::{Examination, PERMISSIONS};
use crate::words::{
    BookingStatus, CaseStatus, CaseType, ContactMethod, ContactType, Origin, Priority, RoomStatus, Stage,
};
use serde_json::Value;

/// An object with the fields needed of it.
pub(super) struct Needs {
    pub(super) object: &'static str,
    pub(super) fields: &'static [Field],
}

impl Needs {
    pub(super) fn creates(&self) -> bool {
        self.fields.iter().any(|field| field.create)
    }

    /// Whether a field is filled in when a record is made.
    pub(super) fn fills_in(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.create && field.name == name)
    }

    pub(super) fn updates(&self) -> bool {
        self.fields.iter().any(|field| field.update)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    None,
    External,
    Unique,
}

/// A field that is read; perhaps also filled in on creation, or changed later.
pub(super) struct Field {
    pub(super) name: &'static str,
    /// The types that do, as describe calls them.
    types: &'static [&'static str],
    create: bool,
    update: bool,
    length: u64,
    key: Key,
    /// What we write into a picklist.
    values: Option<fn() -> Vec<&'static str>>,
}

const TEXT: &[&str] = &["string", "textarea"];
const LONG: &[&str] = &["textarea"];
const EMAIL: &[&str] = &["email", "string"];
const PHONE: &[&str] = &["phone", "string"];
const DAY: &[&str] = &["date"];
const MOMENT: &[&str] = &["datetime"];
const NUMBER: &[&str] = &["double", "int"];
const MONEY: &[&str] = &["currency", "double"];
const LINK: &[&str] = &["reference"];
const CHOICE: &[&str] = &["picklist", "string"];

/// A field that is only read.
const fn field(name: &'static str, types: &'static [&'static str]) -> Field {
    Field { name, types, create: false, update: false, length: 0, key: Key::None, values: None }
}

impl Field {
    /// Filled in when a record is made.
    const fn made(self) -> Self {
        Self { create: true, ..self }
    }

    /// Changed later. (What only locks its row is written, too.)
    const fn changed(self) -> Self {
        Self { update: true, ..self }
    }

    const fn holds(self, length: u64) -> Self {
        Self { length, ..self }
    }

    const fn key(self, key: Key) -> Self {
        Self { key, ..self }
    }

    const fn values(self, values: fn() -> Vec<&'static str>) -> Self {
        Self { values: Some(values), ..self }
    }

    /// Holds what describe says against what is needed.
    pub(super) fn hold(&self, found: &mut Examination, object: &str, there: Option<&Value>) {
        let about = format!("{object}.{}", self.name);
        let Some(there) = there else {
            let mend = format!("deploy the field; then {PERMISSIONS} and allow Read on it");
            found.wrong(about, "not there, or hidden from the integration user", mend);
            return;
        };
        let kind = there["type"].as_str().unwrap_or_default();
        if !self.types.contains(&kind) {
            found.wrong(
                about,
                format!("is a {kind}, not a {}", self.types[0]),
                "deploy the field as the hotel's objects have it",
            );
            return;
        }
        let length = there["length"].as_u64().unwrap_or_default();
        if length < self.length {
            let says = format!("takes {length} characters; {} are needed", self.length);
            found.wrong(about.as_str(), says, format!("make its length {}", self.length));
        }
        for (right, needed) in [("createable", self.create), ("updateable", self.update)] {
            if needed && there[right] != true {
                found.wrong(
                    about.as_str(),
                    format!("not {right}"),
                    format!("{PERMISSIONS} and allow Edit on the field"),
                );
            }
        }
        let missing = match self.key {
            Key::None => false,
            Key::External => there["externalId"] != true,
            Key::Unique => there["externalId"] != true || there["unique"] != true,
        };
        if missing {
            let kind = if self.key == Key::Unique { "a unique external id" } else { "an external id" };
            let says = format!("is not {kind}: lookups by it are slow or find two");
            found.wrong(about.as_str(), says, format!("make the field {kind}"));
        }
        self.hold_values(found, about, there);
    }

    fn hold_values(&self, found: &mut Examination, about: String, there: &Value) {
        let Some(values) = self.values.filter(|_| there["type"] == "picklist") else { return };
        let listed = there["picklistValues"].as_array().map_or(&[][..], Vec::as_slice);
        let is_listed = |value: &&str| listed.iter().any(|it| it["value"] == *value && it["active"] != false);
        let lacks: Vec<_> = values().into_iter().filter(|value| !is_listed(value)).collect();
        if lacks.is_empty() {
            return;
        }
        let (says, mend) = (format!("does not list {}", lacks.join(", ")), "add the values to the picklist");
        if there["restrictedPicklist"] == true {
            found.wrong(about, says, mend);
        } else {
            found.warning(about, format!("{says}; the API takes them, people cannot choose them"), mend);
        }
    }
}

fn names<T: Copy + Into<&'static str>>(all: &[T]) -> Vec<&'static str> {
    all.iter().map(|&value| value.into()).collect()
}

pub(super) const NEEDS: &[Needs] = &[
    Needs {
        object: "Contact",
        fields: &[
            field("FirstName", TEXT).made().changed(),
            field("LastName", TEXT).made().changed(),
            field("Email", EMAIL).made(),
            field("Unique_Email__c", EMAIL).made().key(Key::Unique),
            field("Phone", PHONE).made().changed(),
            field("MobilePhone", PHONE),
            field("Contact_Type__c", CHOICE).made().changed().values(|| names(ContactType::ALL)),
            field("Preferred_Contact_Method__c", CHOICE)
                .made()
                .changed()
                .values(|| names(ContactMethod::ALL)),
        ],
    },
    Needs {
        object: "Hotel_Room__c",
        fields: &[
            field("Name", TEXT),
            field("Room_Number__c", TEXT).changed().key(Key::Unique),
            field("Room_Type__c", CHOICE),
            field("Floor__c", NUMBER),
            field("Nightly_Rate__c", MONEY),
            field("Max_Occupancy__c", NUMBER),
            field("Status__c", CHOICE).changed().values(|| names(RoomStatus::ALL)),
            field("Current_Guest__c", LINK).changed(),
        ],
    },
    Needs {
        object: "Opportunity",
        fields: &[
            field("Name", TEXT).made().changed().holds(120),
            field("StageName", CHOICE).made().changed().values(|| {
                use Stage::{BookingConfirmed, CheckedIn, ClosedLost, ClosedWon, Negotiation};
                names(&[BookingConfirmed, CheckedIn, ClosedWon, ClosedLost, Negotiation])
            }),
            field("Amount", MONEY).made().changed(),
            field("CloseDate", DAY).made().changed(),
            field("Arrival_Date__c", DAY).made().changed(),
            field("Departure_Date__c", DAY).made().changed(),
            field("ContactId", LINK).made(),
            field("Payment_ID__c", TEXT).changed().holds(27),
        ],
    },
    Needs {
        object: "Booking__c",
        fields: &[
            field("Name", TEXT),
            field("External_ID__c", TEXT).made().changed().holds(40).key(Key::External),
            field("Status__c", CHOICE).made().changed().values(|| names(BookingStatus::ALL)),
            field("Check_In_Date__c", DAY).made().changed(),
            field("Check_Out_Date__c", DAY).made().changed(),
            field("Number_of_Guests__c", NUMBER).made().changed(),
            field("Special_Requests__c", LONG).made().changed(),
            field("Opportunity__c", LINK).made(),
            field("Primary_Guest__c", LINK).made().changed(),
            field("Room__c", LINK).made().changed(),
        ],
    },
    Needs {
        object: "Payment_Transaction__c",
        fields: &[
            field("Opportunity__c", LINK).made(),
            field("External_ID__c", TEXT).made().holds(40).key(Key::External),
            field("Stripe_Transaction_ID__c", TEXT).made().holds(27).key(Key::External),
            field("Transaction_Type__c", CHOICE).made().values(|| vec!["Charge", "Refund"]),
            field("Status__c", CHOICE).made().values(|| vec!["Completed", "Refunded"]),
            field("Payment_Method__c", CHOICE).made().values(|| vec!["Credit Card"]),
            field("Amount__c", MONEY).made(),
            field("Transaction_Date__c", MOMENT).made(),
        ],
    },
    Needs {
        object: "Case",
        fields: &[
            field("CaseNumber", TEXT),
            field("External_ID__c", TEXT).made().changed().holds(40).key(Key::Unique),
            field("Type", CHOICE).made().changed().values(|| names(CaseType::ALL)),
            field("Status", CHOICE).made().changed().values(|| names(CaseStatus::ALL)),
            field("Priority", CHOICE).made().changed().values(|| names(Priority::ALL)),
            field("Origin", CHOICE).made().values(|| names(Origin::ALL)),
            field("Subject", TEXT).made().changed().holds(255),
            field("Description", LONG).made().changed().holds(32_000),
            field("CreatedDate", MOMENT),
            field("ClosedDate", MOMENT),
            field("ContactId", LINK).made(),
            field("Room__c", LINK).made().changed(),
            field("Booking__c", LINK).made(),
        ],
    },
];

/// Where texts that were sent are kept. Calls do without it: the audit trail has them too.
pub(super) const KEEPS_TEXTS: Needs = Needs {
    object: "SMS_Notification__c",
    fields: &[
        field("Twilio_Message_SID__c", TEXT).made().holds(34).key(Key::Unique),
        field("To_Phone_Number__c", PHONE).made(),
        field("Message_Body__c", LONG).made(),
        field("Direction__c", CHOICE).made().values(|| vec!["Outbound"]),
        field("Status__c", CHOICE)
            .made()
            .values(|| vec!["Queued", "Sent", "Delivered", "Failed", "Undelivered"]),
        field("Sent_Date__c", MOMENT).made(),
        field("Opportunity__c", LINK).made(),
    ],
};
