//! The tools that write, one file each.

mod assign_room;
mod cancel_booking;
mod check_in_guest;
mod compensate_checkout_failure;
mod create_booking;
mod create_case;
mod create_contact_if_not_found;
mod manage_booking;
mod manage_case;
mod process_guest_checkout;
mod submit_guest_service_request;
mod submit_maintenance_request;
mod update_room_status;
