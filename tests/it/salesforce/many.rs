//! Many guests at once: what was seen of one between its look and its commit is still there, however many others come and
//! go meanwhile. Each costs two round trips.

use super::Org;
use ::skills::operations::bookings::{BookingAsSeen, MoveBooking};
use ::skills::operations::opportunities::{MoveOpportunity, When};
use ::skills::operations::rooms::MoveRoom;
use ::skills::records::Look;
use ::skills::systems::Hotel;
use ::skills::systems::crm::Change;
use ::skills::words::{
    BookingNumber, BookingStatus, Date, Email, Key, Nights, RoomNumber, RoomStatus, Stage,
};
use serde_json::json;
use tests::day;

/// More than is remembered.
const MANY: usize = 300;

/// A guest who arrives today.
struct Arrival {
    guest: Email,
    room: RoomNumber,
    booking: BookingNumber,
}

/// A hotel so many arrive at today, each in a room of their own.
struct Crowd {
    org: Org,
    hotel: Hotel,
    today: Date,
    arrivals: Vec<Arrival>,
}

impl Crowd {
    async fn new(arrivals: usize) -> Self {
        let org = Org::new();
        let mut arrivals: Vec<Arrival> = (0..arrivals).map(|at| arrival(&org, at)).collect();
        // The org numbers bookings itself, in their order.
        let numbers = org.fake.rows("Booking__c").into_iter().rev().take(arrivals.len());
        for (arrival, row) in arrivals.iter_mut().rev().zip(numbers) {
            arrival.booking = BookingNumber::new(row["Name"].as_str().unwrap()).expect("a booking");
        }
        let hotel = org.hotel();
        let today = hotel.today();
        hotel
            .crm
            .look(&Look { room: Some(RoomNumber::new("101").unwrap()), ..Look::on(today) })
            .await
            .unwrap();
        org.fake.forget(); // it has logged in
        Self { org, hotel, today, arrivals }
    }

    async fn look(&self, arrival: &Arrival) {
        let look = Look { guest: Some(arrival.guest.clone()), ..Look::on(self.today) };
        let seen = self.hotel.crm.look(&look).await.expect("a look");
        assert_eq!(seen.stays.len(), 1);
    }

    async fn check_in(&self, arrival: &Arrival) {
        let Arrival { guest, room, booking } = arrival;
        let changes = [
            Change::MoveBooking(MoveBooking {
                seen: BookingAsSeen {
                    booking: booking.clone(),
                    status: BookingStatus::Reserved.into(),
                    guest: guest.clone(),
                    room: room.clone(),
                    nights: Nights { from: self.today, to: self.today.plus_days(2) },
                },
                to: BookingStatus::CheckedIn,
                departure: None,
                today: self.today,
            }),
            Change::MoveRoom(MoveRoom {
                room: room.clone(),
                from: RoomStatus::Vacant.into(),
                to: RoomStatus::Occupied,
                leaving: None,
                leaving_unnamed: false,
                occupant: Some(guest.clone()),
            }),
            Change::MoveOpportunity(MoveOpportunity {
                booking: booking.clone(),
                to: Some(Stage::CheckedIn),
                when: When::Always,
                payment: None,
                close_date: None,
                repriced: None,
            }),
        ];
        let key = Key::new(format!("check-in-{guest}")).expect("a key");
        self.hotel.crm.commit(&key, &changes, false).await.expect("a commit");
    }

    /// So many of them are here.
    fn here(&self) -> usize {
        let seed = 2; // Beth and Carl
        self.org.fake.rows("Booking__c").iter().filter(|row| row["Status__c"] == "Checked In").count() - seed
    }

    /// How many requests there were since somebody asked last.
    fn round_trips(&self) -> usize {
        let asked = self.org.fake.recorded().len();
        self.org.fake.forget();
        asked
    }
}

fn arrival(org: &Org, at: usize) -> Arrival {
    let (guest, room) = (format!("guest{at}@example.com"), format!("9{at:03}"));
    let contact = json!({"LastName": format!("Guest {at}"), "Email": guest, "Unique_Email__c": guest,
        "Contact_Type__c": "Guest"});
    let contact = org.fake.insert("Contact", &contact);
    let kind = json!({"Name": format!("Room {room}"), "Room_Number__c": room, "Room_Type__c": "Standard", "Floor__c": 9,
        "Nightly_Rate__c": 149.99, "Max_Occupancy__c": 2, "Status__c": "Vacant"});
    let kind = org.fake.insert("Hotel_Room__c", &kind);
    let sale = json!({"Name": format!("Sale {at}"), "StageName": "Booking Confirmed", "CloseDate": day(2),
        "Amount": 299.98, "ContactId": contact});
    let sale = org.fake.insert("Opportunity", &sale);
    let booking = json!({"Opportunity__c": sale, "Primary_Guest__c": contact, "Room__c": kind,
        "Check_In_Date__c": day(0), "Check_Out_Date__c": day(2), "Number_of_Guests__c": 1, "Status__c": "Reserved"});
    org.fake.insert("Booking__c", &booking);
    Arrival {
        guest: Email::new(guest).expect("an e-mail"),
        room: RoomNumber::new(room).expect("a room"),
        booking: BookingNumber::new("BK-0000").expect("a booking"), // not known yet
    }
}

#[tokio::test]
async fn each_of_many_costs_a_look_and_a_commit() {
    let crowd = Crowd::new(MANY).await;
    for arrival in &crowd.arrivals {
        crowd.look(arrival).await;
        crowd.check_in(arrival).await;
        assert_eq!(crowd.round_trips(), 2, "{}", arrival.guest);
    }
    assert_eq!(crowd.here(), MANY);
}

#[tokio::test]
async fn who_is_between_look_and_commit_is_not_crowded_out() {
    let crowd = Crowd::new(MANY).await;
    let (first, others) = crowd.arrivals.split_first().expect("many");
    crowd.look(first).await;
    for (at, other) in others.iter().enumerate() {
        crowd.look(other).await;
        // Every tenth asks and goes away again.
        if at % 10 > 0 {
            crowd.check_in(other).await;
        }
    }
    crowd.round_trips();
    crowd.check_in(first).await;
    assert_eq!(crowd.round_trips(), 1, "nothing was read again");
}

#[tokio::test]
async fn as_many_as_are_in_flight_at_once_are_all_remembered() {
    let crowd = Crowd::new(256).await;
    for arrival in &crowd.arrivals {
        crowd.look(arrival).await;
    }
    crowd.round_trips();
    for arrival in &crowd.arrivals {
        crowd.check_in(arrival).await;
        assert_eq!(crowd.round_trips(), 1, "{}", arrival.guest);
    }
}

#[tokio::test]
async fn who_was_forgotten_is_read_again_and_changed_all_the_same() {
    let crowd = Crowd::new(MANY).await;
    for arrival in &crowd.arrivals {
        crowd.look(arrival).await;
    }
    crowd.round_trips();
    let [first, .., last] = crowd.arrivals.as_slice() else { panic!("many") };
    crowd.check_in(last).await;
    assert_eq!(crowd.round_trips(), 1);
    crowd.check_in(first).await;
    assert_eq!((crowd.round_trips(), crowd.here()), (2, 2), "a read and the write");
}
