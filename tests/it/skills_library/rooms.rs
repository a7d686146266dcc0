//! Rooms: found and moved.

use super::{BETH, SARAH, done, email, move_room, refused, room};
use ::skills::ErrorCode;
use ::skills::operations::rooms::FindRoom;
use ::skills::words::RoomStatus;
use tests::World;

#[tokio::test]
async fn a_room_moves_only_from_where_it_is_expected_and_from_under_nobody() {
    let world = World::new();
    let hotel = world.hotel();
    let found = done(&hotel, "r", FindRoom { room: room("201") }).await.expect("a room");
    assert_eq!(found.occupant.expect("Beth").email, email(BETH));
    assert!(done(&hotel, "r", FindRoom { room: room("999") }).await.is_none());
    use RoomStatus::{Cleaning, Occupied, Vacant};
    let wrong_state = move_room("201", Vacant, Occupied, "", SARAH);
    assert_eq!(refused(&hotel, "k1", wrong_state).await, ErrorCode::RoomNotVacant);
    let somebody_else = move_room("201", Occupied, Cleaning, SARAH, "");
    assert_eq!(refused(&hotel, "k2", somebody_else).await, ErrorCode::InvalidTransition);
    done(&hotel, "k3", move_room("201", Occupied, Cleaning, BETH, "")).await;
    assert_eq!(world.room("201").occupant, None);
    done(&hotel, "k4", move_room("104", Vacant, Occupied, "", SARAH)).await;
    assert_eq!(world.room("104").occupant.as_deref(), Some(SARAH));
    let unknown = move_room("999", Vacant, Cleaning, "", "");
    assert_eq!(refused(&hotel, "k5", unknown).await, ErrorCode::RoomNotFound);
}
