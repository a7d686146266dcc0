//! People: guests, managers, vendors.

mod create_contact;
mod find_contact;
mod search_contacts;
mod suggest_guests;
mod upsert_contact;

pub use create_contact::CreateContact;
pub use find_contact::FindContact;
pub use search_contacts::{ContactList, ContactView, SearchContacts};
pub use suggest_guests::SuggestGuests;
pub use upsert_contact::UpsertContact;
