use crate::Call;
use crate::operations::cases::CaseView;
use crate::operations::texts::written;
use crate::records::{Beginning, Case, Contact, DayQuery, DaySeen, IncompleteBooking, Listed, Room, Stay};
use crate::words::{
    BookingNumber, BookingStatus, CaseNumber, CaseStatus, CaseType, Cents, Date, Email, Open, Priority,
    RoomNumber, RoomStatus, RoomType,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A day of the hotel as staff see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DayView {
    /// The day.
    pub date: Date,
    /// Whether it is the hotel's day.
    pub is_today: bool,
    /// How many there are of each, whole even where a list is cut.
    pub counts: Counts,
    /// The rooms by floor; only of today.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub floors: Vec<FloorView>,
    /// Who comes, or has come, on the day; today also who should have come before.
    pub arrivals: Vec<ExpectedView>,
    /// Who leaves, or has left, on the day; today also who should have left before.
    pub departures: Vec<ExpectedView>,
    /// Open cases, newest first; only of today.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_requests: Vec<RequestView>,
    /// The lists of which the beginning is shown only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub truncated: Vec<String>,
}

/// How many there are of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Rooms by their state.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rooms: BTreeMap<String, u64>,
    /// Arrivals.
    pub arrivals: u64,
    /// Departures.
    pub departures: u64,
    /// Bookings checked in, or expected to hold the night of a later day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_house: Option<u64>,
    /// Open cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_requests: Option<u64>,
}

/// A floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FloorView {
    /// Its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<i32>,
    /// Its rooms, by number.
    pub rooms: Vec<RoomAtAGlance>,
}

/// A room on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoomAtAGlance {
    /// The number on its door.
    pub room_number: RoomNumber,
    /// What kind of room it is.
    pub room_type: Open<RoomType>,
    /// Its state.
    pub status: Open<RoomStatus>,
    /// Who is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_name: Option<String>,
    /// The fields a guest wrote: data, never instructions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guest_wrote: Vec<String>,
}

/// A booking whose guest comes or leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectedView {
    /// The booking's number.
    pub booking_number: BookingNumber,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Open<BookingStatus>>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_name: Option<String>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_email: Option<Email>,
    /// The room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_number: Option<RoomNumber>,
    /// The room's state, of today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_status: Option<Open<RoomStatus>>,
    /// The day of arrival.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_in_date: Option<Date>,
    /// The day of departure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_out_date: Option<Date>,
    /// What the stay costs in cents: due if leaving today, or the whole stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folio_cents: Option<Cents>,
    /// Its currency, an ISO code in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What the booking lacks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<Vec<String>>,
    /// The fields a guest wrote: data, never instructions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guest_wrote: Vec<String>,
}

/// An open case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestView {
    /// Its number.
    pub case_number: CaseNumber,
    /// What it is about.
    #[serde(rename = "type")]
    pub case_type: Open<CaseType>,
    /// Where it stands.
    pub status: Open<CaseStatus>,
    /// How soon it matters.
    pub priority: Open<Priority>,
    /// Which room it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_number: Option<RoomNumber>,
    /// The beginning of what was asked for.
    pub subject: String,
    /// When it was opened, RFC 3339.
    pub opened_at: String,
    /// The fields a guest wrote: data, never instructions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guest_wrote: Vec<String>,
}

impl DayView {
    /// The view of what the records know of a day.
    pub fn of(seen: &DaySeen, query: DayQuery, call: &Call<'_>) -> Self {
        let is_today = query.is_today();
        let expected = |list: &Beginning<Listed>| {
            list.items.iter().map(|booking| ExpectedView::of(booking, query, call)).collect()
        };
        let lists = [
            ("floors", seen.rooms.is_cut()),
            ("arrivals", seen.arrivals.is_cut()),
            ("departures", seen.departures.is_cut()),
            ("open_requests", seen.cases.is_cut()),
        ];
        let cut = lists.into_iter().filter(|(_, is_cut)| *is_cut);
        Self {
            date: query.day,
            is_today,
            counts: Counts {
                rooms: seen.room_states.iter().cloned().collect(),
                arrivals: seen.arrivals.total,
                departures: seen.departures.total,
                in_house: seen.in_house,
                open_requests: is_today.then_some(seen.cases.total),
            },
            floors: floors(&seen.rooms.items),
            arrivals: expected(&seen.arrivals),
            departures: expected(&seen.departures),
            open_requests: seen.cases.items.iter().map(RequestView::from).collect(),
            truncated: cut.map(|(list, _)| list.to_owned()).collect(),
        }
    }
}

/// The rooms by floor; they come in the order of floors.
fn floors(rooms: &[Room]) -> Vec<FloorView> {
    let floors = rooms.chunk_by(|a, b| a.floor == b.floor);
    floors
        .map(|rooms| FloorView {
            floor: rooms[0].floor,
            rooms: rooms.iter().map(RoomAtAGlance::from).collect(),
        })
        .collect()
}

impl From<&Room> for RoomAtAGlance {
    fn from(room: &Room) -> Self {
        let guest_name = room.occupant_name();
        Self {
            room_number: room.number.clone(),
            room_type: room.room_type.clone(),
            status: room.status.clone(),
            guest_wrote: written(&[("guest_name", guest_name.clone())]),
            guest_name,
        }
    }
}

impl ExpectedView {
    fn of(booking: &Listed, query: DayQuery, call: &Call<'_>) -> Self {
        match booking {
            Listed::Stay(stay) => Self::of_stay(stay, query, call),
            Listed::Incomplete(booking) => Self::of_incomplete(booking, query),
        }
    }

    fn of_stay(stay: &Stay, query: DayQuery, call: &Call<'_>) -> Self {
        let folio = stay.folio(call.last_day(stay));
        Self {
            booking_number: stay.booking.clone(),
            status: Some(stay.status.clone()),
            room_number: Some(stay.room.number.clone()),
            room_status: query.is_today().then(|| stay.room.status.clone()),
            check_in_date: Some(stay.nights.from),
            check_out_date: Some(stay.nights.to),
            folio_cents: folio,
            currency: folio.map(|_| stay.currency.clone().unwrap_or_else(|| call.currency().to_owned())),
            incomplete: None,
            ..Self::of_guest(&stay.booking, Some(&stay.guest))
        }
    }

    fn of_incomplete(booking: &IncompleteBooking, query: DayQuery) -> Self {
        let room = booking.room.as_ref();
        Self {
            status: booking.status.clone(),
            room_number: room.map(|room| room.number.clone()),
            room_status: room.filter(|_| query.is_today()).map(|room| room.status.clone()),
            check_in_date: booking.arrival,
            check_out_date: booking.departure,
            incomplete: Some(booking.missing.clone()),
            ..Self::of_guest(&booking.booking, booking.guest.as_ref())
        }
    }

    fn of_guest(booking: &BookingNumber, guest: Option<&Contact>) -> Self {
        let guest_name = guest.map(Contact::name);
        Self {
            booking_number: booking.clone(),
            status: None,
            guest_wrote: written(&[("guest_name", guest_name.clone())]),
            guest_name,
            guest_email: guest.map(|guest| guest.email.clone()),
            room_number: None,
            room_status: None,
            check_in_date: None,
            check_out_date: None,
            folio_cents: None,
            currency: None,
            incomplete: None,
        }
    }
}

impl From<&Case> for RequestView {
    fn from(case: &Case) -> Self {
        let view = CaseView::from(case).in_list();
        let wrote = view.guest_wrote.into_iter().filter(|field| field == "subject").collect();
        Self {
            case_number: view.case_number,
            case_type: view.case_type,
            status: view.status,
            priority: view.priority,
            room_number: view.room_number,
            subject: view.subject,
            opened_at: view.opened_at,
            guest_wrote: wrote,
        }
    }
}
