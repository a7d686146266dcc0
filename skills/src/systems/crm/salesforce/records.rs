//! Rows as Salesforce answers them, and what each means to a hotel. Other people's rows are untidy: what is missing is
//! read as the platform would have filled it in; a row that means nothing without it is none.

use super::client::text_from;
use crate::systems::crm::{Case, Contact, Room};
use crate::words::{
    BookingNumber, BookingStatus, CaseStatus, CaseType, Cents, ContactMethod, ContactType, Date, Email,
    Nights, Origin, PaymentIntentId, Priority, RoomNumber, RoomStatus, RoomType,
};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A contact's fields, behind the way to it.
macro_rules! contact_fields {
    ($way:literal) => {
        concat!(
            $way,
            "Id, ",
            $way,
            "FirstName, ",
            $way,
            "LastName, ",
            $way,
            "Email, ",
            $way,
            "Unique_Email__c, ",
            $way,
            "Phone, ",
            $way,
            "MobilePhone, ",
            $way,
            "Contact_Type__c, ",
            $way,
            "Preferred_Contact_Method__c"
        )
    };
}
/// A room's fields with its occupant's.
macro_rules! room_fields {
    ($way:literal, $guest:literal) => {
        concat!(
            $way,
            "Id, ",
            $way,
            "Name, ",
            $way,
            "Room_Number__c, ",
            $way,
            "Room_Type__c, ",
            $way,
            "Floor__c, ",
            $way,
            "Nightly_Rate__c, ",
            $way,
            "Max_Occupancy__c, ",
            $way,
            "Status__c, ",
            $way,
            "Current_Guest__c, ",
            contact_fields!($guest)
        )
    };
}
/// A booking's fields with its guest's and its room's.
macro_rules! booking_fields {
    () => {
        concat!(
            "Id, Name, External_ID__c, Status__c, Check_In_Date__c, Check_Out_Date__c, Number_of_Guests__c, ",
            "Special_Requests__c, Opportunity__c, Primary_Guest__c, Room__c, ",
            contact_fields!("Primary_Guest__r."),
            ", ",
            room_fields!("Room__r.", "Room__r.Current_Guest__r.")
        )
    };
}

pub(super) const CONTACT: &str = contact_fields!("");
pub(super) const ROOM: &str = room_fields!("", "Current_Guest__r.");
pub(super) const BOOKING: &str = booking_fields!();
/// A sale with all its bookings and payments.
pub(super) const SALE: &str = concat!(
    "Id, Name, StageName, Amount, Arrival_Date__c, Departure_Date__c, Payment_ID__c, (SELECT ",
    booking_fields!(),
    " FROM Bookings__r), (SELECT Id, External_ID__c, Stripe_Transaction_ID__c, Transaction_Type__c, Status__c ",
    "FROM Payment_Transactions__r)"
);
pub(super) const CASE: &str = concat!(
    "Id, CaseNumber, External_ID__c, Type, Status, Priority, Origin, Subject, Description, CreatedDate, ClosedDate, ",
    "Room__c, Room__r.Room_Number__c, Booking__r.Name, ",
    contact_fields!("Contact.")
);

/// A text as somebody wrote it, none if blank. Salesforce may end lines its own way.
fn text(text: Option<&String>) -> Option<String> {
    text.map(|text| text_from(text).replace("\r\n", "\n")).filter(|text| !text.trim().is_empty())
}

/// Whether a text is the one that was written: Salesforce may end lines its own way and leaves out blanks at the ends.
pub(super) fn same_text(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    plain(a) == plain(b)
}

/// A value of a picklist; what the platform would have filled in where there is none of ours.
fn choice<T: std::str::FromStr>(text: Option<&String>, default: T) -> T {
    text.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Money in units, as whole cents.
fn cents(units: f64) -> Option<Cents> {
    let cents = (units * 100.0).round();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within bounds
    (0.0..=f64::from(u32::MAX)).contains(&cents).then_some(Cents(cents as u32))
}

/// A count that Salesforce keeps as a number.
fn whole(number: Option<f64>) -> Option<i32> {
    #[allow(clippy::cast_possible_truncation)] // saturates
    number.map(|number| number as i32)
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct ContactRow {
    #[serde(rename = "Id")]
    pub(super) id: String,
    #[serde(rename = "FirstName")]
    first_name: Option<String>,
    #[serde(rename = "LastName")]
    last_name: Option<String>,
    #[serde(rename = "Email")]
    email: Option<String>,
    #[serde(rename = "Unique_Email__c")]
    unique_email: Option<String>,
    #[serde(rename = "Phone")]
    phone: Option<String>,
    #[serde(rename = "MobilePhone")]
    mobile: Option<String>,
    #[serde(rename = "Contact_Type__c")]
    contact_type: Option<String>,
    #[serde(rename = "Preferred_Contact_Method__c")]
    prefers: Option<String>,
}

impl ContactRow {
    /// One that is made in the same breath, referred to as `id`.
    pub(super) fn made(id: String, email: &Email) -> Self {
        let unique_email = Some(email.to_string());
        let (first_name, last_name, phone, mobile, contact_type, prefers) = Default::default();
        Self { id, first_name, last_name, email: None, unique_email, phone, mobile, contact_type, prefers }
    }

    /// The key of the person: the unique e-mail, else the plain one.
    pub(super) fn email(&self) -> Option<Email> {
        [&self.unique_email, &self.email]
            .into_iter()
            .flatten()
            .find_map(|text| Email::new(text.as_str()).ok())
    }

    pub(super) const fn has_key(&self) -> bool {
        self.unique_email.is_some()
    }

    pub(super) fn contact(&self) -> Option<Contact> {
        Some(Contact {
            email: self.email()?,
            first_name: text(self.first_name.as_ref()).unwrap_or_default(),
            last_name: text(self.last_name.as_ref()).unwrap_or_default(),
            phone: text(self.phone.as_ref()).or_else(|| text(self.mobile.as_ref())),
            contact_type: choice(self.contact_type.as_ref(), ContactType::Guest),
            prefers: choice(self.prefers.as_ref(), ContactMethod::Email),
        })
    }
}

/// Of several contacts with one e-mail the one that has it as its key, else the first.
pub(super) fn best(contacts: &[ContactRow]) -> Option<&ContactRow> {
    contacts.iter().find(|contact| contact.has_key()).or_else(|| contacts.first())
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct RoomRow {
    #[serde(rename = "Id")]
    pub(super) id: String,
    #[serde(rename = "Name")]
    name: Option<String>,
    #[serde(rename = "Room_Number__c")]
    number: Option<String>,
    #[serde(rename = "Room_Type__c")]
    room_type: Option<String>,
    #[serde(rename = "Floor__c")]
    floor: Option<f64>,
    #[serde(rename = "Nightly_Rate__c")]
    rate: Option<f64>,
    #[serde(rename = "Max_Occupancy__c")]
    max_occupancy: Option<f64>,
    #[serde(rename = "Status__c")]
    pub(super) status: Option<String>,
    #[serde(rename = "Current_Guest__c")]
    pub(super) occupant_id: Option<String>,
    #[serde(rename = "Current_Guest__r")]
    pub(super) occupant: Option<ContactRow>,
}

impl RoomRow {
    pub(super) fn number(&self) -> Option<RoomNumber> {
        RoomNumber::new(self.number.as_deref()?).ok()
    }

    pub(super) fn status(&self) -> RoomStatus {
        choice(self.status.as_ref(), RoomStatus::Vacant)
    }

    pub(super) fn rate(&self) -> Cents {
        self.rate.and_then(cents).unwrap_or_default()
    }

    pub(super) fn room(&self) -> Option<Room> {
        let number = self.number()?;
        Some(Room {
            name: text(self.name.as_ref()).unwrap_or_else(|| number.to_string()),
            number,
            room_type: choice(self.room_type.as_ref(), RoomType::Standard),
            floor: whole(self.floor).unwrap_or_default(),
            rate: self.rate(),
            max_occupancy: whole(self.max_occupancy).and_then(|most| most.try_into().ok()).unwrap_or(1),
            status: self.status(),
            occupant: self.occupant.as_ref().and_then(ContactRow::contact),
        })
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct BookingRow {
    #[serde(rename = "Id")]
    pub(super) id: String,
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "External_ID__c")]
    pub(super) external_id: Option<String>,
    #[serde(rename = "Status__c")]
    pub(super) status: Option<String>,
    #[serde(rename = "Check_In_Date__c")]
    pub(super) check_in: Option<Date>,
    #[serde(rename = "Check_Out_Date__c")]
    pub(super) check_out: Option<Date>,
    #[serde(rename = "Number_of_Guests__c")]
    pub(super) guests: Option<f64>,
    #[serde(rename = "Special_Requests__c")]
    pub(super) requests: Option<String>,
    #[serde(rename = "Opportunity__c")]
    pub(super) sale: String,
    #[serde(rename = "Primary_Guest__r")]
    pub(super) guest: Option<ContactRow>,
    #[serde(rename = "Room__r")]
    pub(super) room: Option<RoomRow>,
}

impl BookingRow {
    pub(super) fn number(&self) -> Option<BookingNumber> {
        BookingNumber::new(self.name.as_str()).ok()
    }

    pub(super) fn status(&self) -> Option<BookingStatus> {
        self.status.as_ref()?.parse().ok()
    }

    pub(super) fn is_active(&self) -> bool {
        self.status().is_some_and(BookingStatus::is_active)
    }

    pub(super) fn nights(&self) -> Option<Nights> {
        Some(Nights { from: self.check_in?, to: self.check_out? })
    }

    pub(super) fn room_id(&self) -> Option<&str> {
        self.room.as_ref().map(|room| room.id.as_str())
    }

    pub(super) fn number_of_guests(&self) -> u8 {
        whole(self.guests).and_then(|guests| guests.try_into().ok()).unwrap_or(1)
    }

    pub(super) fn special_requests(&self) -> Option<String> {
        text(self.requests.as_ref())
    }

    /// Later bookings have higher numbers.
    pub(super) fn is_later_than(&self, other: &Self) -> bool {
        (self.name.len(), &self.name, &self.id) > (other.name.len(), &other.name, &other.id)
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct PaymentRow {
    #[serde(rename = "External_ID__c")]
    pub(super) external_id: Option<String>,
    #[serde(rename = "Stripe_Transaction_ID__c")]
    pub(super) stripe_id: Option<String>,
    #[serde(rename = "Transaction_Type__c")]
    pub(super) kind: Option<String>,
    #[serde(rename = "Status__c")]
    pub(super) status: Option<String>,
}

impl PaymentRow {
    pub(super) fn intent(&self) -> Option<PaymentIntentId> {
        PaymentIntentId::new(self.stripe_id.as_deref()?).ok()
    }
}

/// The rows of a list in a row.
#[derive(Debug, Clone, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(super) struct Rows<T> {
    pub(super) records: Vec<T>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct SaleRow {
    #[serde(rename = "Id")]
    pub(super) id: String,
    #[serde(rename = "Name")]
    pub(super) name: Option<String>,
    #[serde(rename = "StageName")]
    pub(super) stage: Option<String>,
    #[serde(rename = "Amount")]
    amount: Option<f64>,
    #[serde(rename = "Arrival_Date__c")]
    pub(super) arrival: Option<Date>,
    #[serde(rename = "Departure_Date__c")]
    pub(super) departure: Option<Date>,
    #[serde(rename = "Payment_ID__c")]
    pub(super) payment_id: Option<String>,
    #[serde(rename = "Bookings__r")]
    bookings: Option<Rows<BookingRow>>,
    #[serde(rename = "Payment_Transactions__r")]
    payments: Option<Rows<PaymentRow>>,
}

impl SaleRow {
    pub(super) fn amount(&self) -> Option<Cents> {
        self.amount.and_then(cents)
    }

    pub(super) fn set_amount(&mut self, amount: Cents) {
        self.amount = Some(units(amount));
    }

    pub(super) fn bookings(&self) -> &[BookingRow] {
        self.bookings.as_ref().map_or(&[], |rows| &rows.records)
    }

    pub(super) fn booking_mut(&mut self, id: &str) -> Option<&mut BookingRow> {
        self.bookings.as_mut()?.records.iter_mut().find(|booking| booking.id == id)
    }

    pub(super) fn payments(&self) -> &[PaymentRow] {
        self.payments.as_ref().map_or(&[], |rows| &rows.records)
    }

    pub(super) fn add_payment(&mut self, row: PaymentRow) {
        self.payments.get_or_insert(Rows { records: vec![] }).records.push(row);
    }
}

/// Cents as the units Salesforce keeps: two decimals, exact.
pub(super) fn units(amount: Cents) -> f64 {
    f64::from(amount.0) / 100.0
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct CaseRow {
    #[serde(rename = "Id")]
    pub(super) id: String,
    #[serde(rename = "CaseNumber")]
    pub(super) number: Option<String>,
    #[serde(rename = "External_ID__c")]
    pub(super) external_id: Option<String>,
    #[serde(rename = "Type")]
    pub(super) case_type: Option<String>,
    #[serde(rename = "Status")]
    pub(super) status: Option<String>,
    #[serde(rename = "Priority")]
    pub(super) priority: Option<String>,
    #[serde(rename = "Origin")]
    origin: Option<String>,
    #[serde(rename = "Subject")]
    subject: Option<String>,
    #[serde(rename = "Description")]
    description: Option<String>,
    #[serde(rename = "CreatedDate")]
    created: Option<String>,
    #[serde(rename = "ClosedDate")]
    closed: Option<String>,
    #[serde(rename = "Contact")]
    guest: Option<ContactRow>,
    #[serde(rename = "Room__r")]
    room: Option<NumberOnly>,
    #[serde(rename = "Booking__r")]
    booking: Option<NumberOnly>,
}

#[derive(Debug, Clone, Deserialize)]
struct NumberOnly {
    #[serde(alias = "Name", alias = "Room_Number__c")]
    number: Option<String>,
}

impl CaseRow {
    /// A state the hotel has no word for is one that is being worked on.
    pub(super) fn status(&self) -> CaseStatus {
        choice(self.status.as_ref(), CaseStatus::Working)
    }

    pub(super) fn description(&self) -> String {
        text(self.description.as_ref()).unwrap_or_default()
    }

    pub(super) fn room(&self) -> Option<RoomNumber> {
        RoomNumber::new(self.room.as_ref()?.number.as_deref()?).ok()
    }

    pub(super) fn case(&self) -> Option<Case> {
        Some(Case {
            number: self.number.as_deref()?.to_owned().try_into().ok()?,
            case_type: choice(self.case_type.as_ref(), CaseType::ServiceRequest),
            status: self.status(),
            priority: choice(self.priority.as_ref(), Priority::Medium),
            origin: choice(self.origin.as_ref(), Origin::Web),
            subject: text(self.subject.as_ref()).unwrap_or_default(),
            description: self.description(),
            guest: self.guest.as_ref().and_then(ContactRow::contact),
            room: self.room(),
            booking: self.booking.as_ref().and_then(|row| BookingNumber::new(row.number.as_deref()?).ok()),
            opened_at: self.created.as_deref().and_then(moment)?,
            closed_at: self.closed.as_deref().and_then(moment),
        })
    }
}

/// A moment as Salesforce writes it: `2026-11-21T10:00:00.000+0000`.
fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| text.replace("+0000", "Z").parse().ok())
}

/// Reads rows. One that cannot be read is left out with a warning: a list of others' rows does not fail for it.
pub(super) fn read<T: DeserializeOwned>(rows: Vec<Value>) -> Vec<T> {
    let read = |row: Value| {
        let (kind, id) = (row["attributes"]["type"].clone(), row["Id"].clone());
        serde_json::from_value(row)
            .inspect_err(|error| tracing::warn!(%kind, %id, %error, "a row cannot be read and is left out"))
            .ok()
    };
    rows.into_iter().filter_map(read).collect()
}

/// What rows mean; one that means nothing to a hotel is left out with a warning.
pub(super) fn meant<R, T>(rows: &[R], id: fn(&R) -> &str, mean: impl Fn(&R) -> Option<T>) -> Vec<T> {
    let mean = |row: &R| {
        let meaning = mean(row);
        if meaning.is_none() {
            tracing::warn!(id = id(row), "a row lacks what it cannot do without and is left out");
        }
        meaning
    };
    rows.iter().filter_map(mean).collect()
}
