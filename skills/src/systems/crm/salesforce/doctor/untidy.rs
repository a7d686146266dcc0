//! Rows that people made or changed and that a hotel cannot work with: found beforehand, each with a few examples.

use super::super::Salesforce;
use super::super::looks::{is_open, sales_with};
use super::super::soql::{Query, all, any, eq, is, none_of};
use super::Examination;
use crate::error::{Outage, SkillError};
use crate::words::{BookingStatus, CaseStatus, Cents, Date, Nights, RoomStatus};
use serde_json::{Value, json};

/// So many are named.
const NAMED: usize = 5;

/// In so many open bookings, the newest, one that ends before it begins is looked for.
const LOOKED_THROUGH: usize = 10_000;

/// Something that is wrong with rows.
struct Trouble {
    about: &'static str,
    query: Query,
    /// Which of a row's fields are told.
    told: &'static [&'static str],
    says: String,
    mend: String,
    /// Whether a call fails for it.
    fails: bool,
}

impl Salesforce {
    pub(super) async fn rows_make_sense(
        &self,
        found: &mut Examination,
        currency: &str,
    ) -> Result<(), Outage> {
        let currencies = match self.client.described().await {
            Ok(described) => described.has_currencies(),
            Err(SkillError::Outage(outage)) => return Err(outage),
            Err(_) => false, // told by what is wrong with the object
        };
        let mut troubles = incomplete();
        troubles.extend(unsaid());
        troubles.extend(unreadable_prices(self.client.keeps_prices()));
        troubles.extend(unknown_words());
        if currencies {
            troubles.extend(other_currencies(currency));
        }
        troubles.extend(twice());
        let before = found.wrongs();
        for some in troubles.chunks(5) {
            let queries: Vec<Query> =
                some.iter().map(|trouble| trouble.query.clone().limit(NAMED + 1)).collect();
            match self.client.bodies(&queries).await {
                Ok(bodies) => some.iter().zip(&bodies).for_each(|(trouble, body)| trouble.tell(found, body)),
                Err(SkillError::Outage(outage)) => return Err(outage),
                Err(SkillError::Refused(refusal) | SkillError::MovedOn(refusal)) => {
                    found.warning(
                        "rows",
                        refusal.in_full(),
                        "let the integration user read what the message names",
                    );
                }
            }
        }
        if currencies && found.wrongs() == before {
            found.ok("currency", format!("rooms and open sales are in {}", currency.to_uppercase()));
        }
        self.stays_end_after_they_begin(found).await
    }

    /// Looks for open bookings with a departure before the arrival. SOQL compares no two fields of a row, so they are read.
    async fn stays_end_after_they_begin(&self, found: &mut Examination) -> Result<(), Outage> {
        let days = ["Check_In_Date__c", "Check_Out_Date__c"];
        let filter = [is_open()].into_iter().chain(days.map(|day| is(day, "!=", NOBODY))).collect();
        let trouble = Trouble {
            about: "bookings that end before they begin",
            query: Query::new("Id, Name, Check_In_Date__c, Check_Out_Date__c", "Booking__c", filter)
                .order("Id DESC"),
            told: &["Name"],
            says: "open bookings with a departure before the arrival hold their rooms from the arrival on, and no tool moves \
                   them"
                .to_owned(),
            mend: "correct Check_In_Date__c and Check_Out_Date__c of these bookings".to_owned(),
            fails: true,
        };
        match self.client.query(&trouble.query.clone().limit(LOOKED_THROUGH)).await {
            Ok(rows) => {
                let day = |row: &Value, field: &str| row[field].as_str().and_then(|day| Date::new(day).ok());
                let reversed = |row: &Value| day(row, days[1]) < day(row, days[0]);
                let rows: Vec<Value> = rows.into_iter().filter(reversed).collect();
                trouble.tell(found, &json!({ "records": rows }));
                Ok(())
            }
            Err(SkillError::Outage(outage)) => Err(outage),
            Err(_) => Ok(()), // told by the queries before
        }
    }
}

impl Trouble {
    fn tell(&self, found: &mut Examination, body: &Value) {
        let rows = body["records"].as_array().map_or(&[][..], Vec::as_slice);
        if rows.is_empty() {
            return;
        }
        let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let row = |row: &Value| {
            let told = self.told.iter().map(|field| word(&row[field])).filter(|word| word != "null");
            told.collect::<Vec<_>>().join(" ")
        };
        let more = if rows.len() > NAMED { " and more" } else { "" };
        let names = rows.iter().take(NAMED).map(row).collect::<Vec<_>>().join(", ");
        let says = format!("{}: {names}{more}", self.says);
        if self.fails {
            found.wrong(self.about, says, self.mend.as_str());
        } else {
            found.warning(self.about, says, self.mend.as_str());
        }
    }
}

const NOBODY: Option<&str> = None;

fn names<T: Copy + Into<&'static str>>(all: &[T]) -> Vec<&'static str> {
    all.iter().map(|&value| value.into()).collect()
}

/// The day from which on a departure stands for none, if its guest arrives today.
fn too_far() -> Date {
    let today = crate::clock::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    Date::from(today).plus_days(i32::try_from(Nights::MOST_PRICED).unwrap_or(i32::MAX))
}

fn incomplete() -> Vec<Trouble> {
    let no_rate = any(vec![eq("Nightly_Rate__c", NOBODY), is("Nightly_Rate__c", "<=", Cents(0))]);
    let lacks = ["Primary_Guest__c", "Room__c", "Check_In_Date__c", "Check_Out_Date__c", "Status__c"];
    let far = is("Check_Out_Date__c", ">", too_far());
    let emails = ["Primary_Guest__r.Unique_Email__c", "Primary_Guest__r.Email"];
    let no_email = all(emails.map(|field| eq(field, NOBODY)).into());
    let lacks = any(lacks.into_iter().map(|field| eq(field, NOBODY)).chain([no_email, far]).collect());
    let no_number = eq("Room_Number__c", NOBODY);
    vec![
        Trouble {
            about: "Hotel_Room__c.Nightly_Rate__c",
            query: Query::new("Id, Room_Number__c", "Hotel_Room__c", vec![no_rate]),
            told: &["Room_Number__c"],
            says: "rooms without a rate above 0 are not for sale, and a night that only it could price cannot be charged"
                .to_owned(),
            mend: "fill in Nightly_Rate__c of these rooms".to_owned(),
            fails: true,
        },
        Trouble {
            about: "Hotel_Room__c.Room_Number__c",
            query: Query::new("Id, Name", "Hotel_Room__c", vec![no_number]),
            told: &["Name"],
            says: "rooms without a number cannot be found".to_owned(),
            mend: "fill in Room_Number__c of these rooms".to_owned(),
            fails: false,
        },
        Trouble {
            about: "incomplete bookings",
            query: Query::new("Id, Name", "Booking__c", vec![is_open(), lacks]).order("Id DESC"),
            told: &["Name"],
            says: "open bookings without guest, the guest's e-mail, room, dates or status, or with a departure more than ten \
                   years away, hold what they may hold, and no tool moves them"
                .to_owned(),
            mend: "fill in Primary_Guest__c (with Unique_Email__c), Room__c, Check_In_Date__c, Check_Out_Date__c and Status__c, \
                   or set Status__c to Cancelled"
                .to_owned(),
            fails: true,
        },
    ]
}

/// What a row may do without: it is shown without it, and what asks for it does not find the row.
fn unsaid() -> [Trouble; 3] {
    let nobody = |fields: &[&'static str]| any(fields.iter().map(|field| eq(field, NOBODY)).collect());
    let says = |what: &str| format!("{what} are shown without them, and no filter by them finds these");
    let room = nobody(&["Room_Type__c", "Floor__c", "Max_Occupancy__c"]);
    let case = vec![is("Status", "!=", "Closed"), nobody(&["Type", "Priority"])];
    let booking = vec![is_open(), eq("Number_of_Guests__c", NOBODY)];
    [
        Trouble {
            about: "incomplete rooms",
            query: Query::new("Id, Room_Number__c", "Hotel_Room__c", vec![room]).order("Room_Number__c"),
            told: &["Room_Number__c"],
            says: says("rooms without type, floor or the number of people they sleep"),
            mend: "fill in Room_Type__c, Floor__c and Max_Occupancy__c of these rooms".to_owned(),
            fails: false,
        },
        Trouble {
            about: "Booking__c.Number_of_Guests__c",
            query: Query::new("Id, Name", "Booking__c", booking).order("Id DESC"),
            told: &["Name"],
            says: "open bookings without a number of guests count as one guest where a room's size matters"
                .to_owned(),
            mend: "fill in Number_of_Guests__c of these bookings (manage_booking does it)".to_owned(),
            fails: false,
        },
        Trouble {
            about: "incomplete cases",
            query: Query::new("Id, CaseNumber", "Case", case).order("Id DESC"),
            told: &["CaseNumber"],
            says: says("open cases without type or priority"),
            mend: "fill in Type and Priority of these cases (manage_case does it)".to_owned(),
            fails: false,
        },
    ]
}

/// What is no amount of money: below 0, or more than any money here. And where nobody said how much it is.
fn unreadable_prices(kept_with_bookings: bool) -> Vec<Trouble> {
    let none = |field| any(vec![is(field, "<", Cents(0)), is(field, ">", Cents::MOST)]);
    let says = "of open bookings, and no amount of money: what these stays cost is not known, and they are neither charged nor \
                changed in what they cost";
    let sales = |condition| sales_with(&is_open()).filter.into_iter().chain([condition]).collect();
    let mut troubles = vec![
        Trouble {
            about: "Opportunity.Amount",
            query: Query::new("Id, Name, Amount", "Opportunity", sales(none("Amount"))).order("Id DESC"),
            told: &["Name", "Amount"],
            says: format!("amounts of sales {says}"),
            mend: "set Amount of these sales to what their bookings are to cost".to_owned(),
            fails: true,
        },
        Trouble {
            about: "Opportunity.Amount",
            query: Query::new("Id, Name", "Opportunity", sales(eq("Amount", NOBODY))).order("Id DESC"),
            told: &["Name"],
            says: "sales of open bookings without an amount are charged at their rooms' rates".to_owned(),
            mend: "set Amount of these sales to what their bookings are to cost".to_owned(),
            fails: false,
        },
    ];
    if kept_with_bookings {
        let bookings = vec![is_open(), none("Agreed_Amount__c")];
        troubles.push(Trouble {
            about: "Booking__c.Agreed_Amount__c",
            query: Query::new("Id, Name, Agreed_Amount__c", "Booking__c", bookings).order("Id DESC"),
            told: &["Name", "Agreed_Amount__c"],
            says: format!("amounts {says}"),
            mend: "set Agreed_Amount__c of these bookings to what they are to cost".to_owned(),
            fails: true,
        });
    }
    troubles
}

fn unknown_words() -> Vec<Trouble> {
    let unknown = |about, select, from, field, told, words: Vec<&'static str>, order| Trouble {
        about,
        query: Query::new(select, from, vec![is(field, "!=", NOBODY), none_of(field, words)]).order(order),
        told,
        says: "the hotel has no word for the state of these, and no tool moves them".to_owned(),
        mend: "give them one of the states in docs/connecting.md".to_owned(),
        fails: false,
    };
    vec![
        unknown(
            "Booking__c.Status__c",
            "Id, Name, Status__c",
            "Booking__c",
            "Status__c",
            &["Name", "Status__c"],
            names(BookingStatus::ALL),
            "Id DESC",
        ),
        unknown(
            "Hotel_Room__c.Status__c",
            "Id, Room_Number__c, Status__c",
            "Hotel_Room__c",
            "Status__c",
            &["Room_Number__c", "Status__c"],
            names(RoomStatus::ALL),
            "Room_Number__c",
        ),
        unknown(
            "Case.Status",
            "Id, CaseNumber, Status",
            "Case",
            "Status",
            &["CaseNumber", "Status"],
            names(CaseStatus::ALL),
            "Id DESC",
        ),
    ]
}

fn other_currencies(currency: &str) -> [Trouble; 2] {
    let code = currency.to_uppercase();
    let other = || is("CurrencyIsoCode", "!=", code.as_str());
    let mend = format!("set HOTEL_CURRENCY to the currency of the records, or keep them in {code}");
    let says =
        |what: &str| format!("{what} in another currency than {code} can be neither booked nor charged");
    let sales = sales_with(&is_open()).filter.into_iter().chain([other()]).collect();
    [
        Trouble {
            about: "Hotel_Room__c.CurrencyIsoCode",
            query: Query::new("Id, Room_Number__c, CurrencyIsoCode", "Hotel_Room__c", vec![other()]),
            told: &["Room_Number__c", "CurrencyIsoCode"],
            says: says("rooms"),
            mend: mend.clone(),
            fails: true,
        },
        Trouble {
            about: "Opportunity.CurrencyIsoCode",
            query: Query::new("Id, Name, CurrencyIsoCode", "Opportunity", sales).order("Id DESC"),
            told: &["Name", "CurrencyIsoCode"],
            says: says("sales of open bookings"),
            mend,
            fails: true,
        },
    ]
}

fn twice() -> [Trouble; 2] {
    let twice = |about, object, field, select| Trouble {
        about,
        query: Query::new(select, object, vec![is(field, "!=", NOBODY)]).twice(field),
        told: if object == "Contact" { &["Email"] } else { &["External_ID__c"] },
        says: "more than one record has the same".to_owned(),
        mend: if object == "Contact" {
            "merge the contacts; the one with Unique_Email__c counts, else the oldest".to_owned()
        } else {
            "clear External_ID__c of the copy; the oldest counts".to_owned()
        },
        fails: false,
    };
    [
        twice("Booking__c.External_ID__c", "Booking__c", "External_ID__c", "External_ID__c"),
        twice("Contact.Email", "Contact", "Email", "Email"),
    ]
}
