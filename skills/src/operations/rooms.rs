//! Rooms: where each stands and who is in it.

mod find_room;
mod move_room;
mod room_view;
mod search_available_rooms;
mod search_rooms_on_behalf_of_guest;
mod search_rooms_on_behalf_of_staff;
mod suggest_own_rooms;
mod suggest_rooms;

pub use find_room::FindRoom;
pub use move_room::MoveRoom;
pub use room_view::{AvailableRoom, AvailableRoomList, Occupant, RoomList, RoomView};
pub use search_available_rooms::SearchAvailableRooms;
pub use search_rooms_on_behalf_of_guest::{GuestRoomFilter, SearchRoomsOnBehalfOfGuest};
pub use search_rooms_on_behalf_of_staff::SearchRoomsOnBehalfOfStaff;
pub use suggest_own_rooms::SuggestOwnRooms;
pub use suggest_rooms::SuggestRooms;
