//! Rooms and whoever is in them; people as they are made and changed.

use super::{BETH, Both, SARAH, email, move_room, room, today};
use ::skills::operations::contacts::{CreateContact, UpsertContact};
use ::skills::records::Look;
use ::skills::words::{ContactMethod, ContactType, Email, PersonName, RoomStatus};

fn name(text: &str) -> PersonName {
    PersonName::new(text).unwrap()
}

#[tokio::test]
async fn rooms_and_people_change_as_in_the_embedded_hotel() {
    use RoomStatus::{Cleaning, Occupied, Vacant};
    let both = Both::new();
    both.refused("k1", &[move_room("201", Vacant, Occupied, None, Some(SARAH))]).await;
    both.refused("k2", &[move_room("201", Occupied, Cleaning, Some(SARAH), None)]).await;
    both.refused("k3", &[move_room("999", Vacant, Cleaning, None, None)]).await;
    both.refused("k4", &[move_room("104", Vacant, Occupied, None, Some("nobody@example.com"))]).await;
    both.done("k5", &[move_room("201", Occupied, Cleaning, Some(BETH), None)]).await;
    both.done("k6", &[move_room("104", Vacant, Occupied, None, Some(SARAH))]).await;
    let look = Look { room: Some(room("104")), ..Look::on(today(&both.here)) };
    assert_eq!(both.there.crm.look(&look).await.unwrap(), both.here.crm.look(&look).await.unwrap());

    let ana = CreateContact {
        email: email("ana@example.com"),
        first_name: name("Ana"),
        last_name: name("O'Ruiz @{x}"),
        phone: None,
        contact_type: ContactType::Vendor,
    };
    assert!(both.done("c1", &[ana.clone().into()]).await.created);
    assert!(!both.done("c2", &[ana.into()]).await.created);
    let change = |email: &str| UpsertContact {
        email: Email::new(email).unwrap(),
        first_name: None,
        last_name: None,
        phone: None,
        contact_type: None,
        prefers: Some(ContactMethod::Phone),
    };
    both.done("c3", &[change(BETH).into()]).await;
    both.refused("c4", &[change("new@example.com").into()]).await;
    let new = UpsertContact { last_name: Some(name("Kim")), ..change("new@example.com") };
    assert!(both.done("c5", &[new.into()]).await.created);
    for who in ["ana@example.com", BETH, "new@example.com"] {
        let look = Look { guest: Some(email(who)), ..Look::on(today(&both.here)) };
        let (a, b) = (both.there.crm.look(&look).await.unwrap(), both.here.crm.look(&look).await.unwrap());
        assert_eq!(a.guest, b.guest);
    }
}
