//! Housekeeping, maintenance, and people the hotel gets to know.

use super::{Ended, Hotel, Person};
use crate::model::calls::Word;
use serde_json::json;

impl Hotel {
    pub(super) fn update_room_status(&mut self, number: Word, status: Word) -> Ended {
        let was = self.room(number)?.status;
        if was != status {
            let legal = matches!(
                (was, status),
                ("Cleaning", "Vacant")
                    | ("Vacant" | "Cleaning", "Maintenance" | "Out of Service")
                    | ("Maintenance" | "Out of Service", "Vacant" | "Cleaning")
                    | ("Maintenance", "Out of Service")
                    | ("Out of Service", "Maintenance")
            );
            if !legal {
                return Err("INVALID_TRANSITION".into());
            }
            self.asks_a_system("move_room")?;
            self.room_mut(number).status = status;
        }
        Ok(json!({"room_number": number, "status": status, "previous_status": was, "changed": was != status}))
    }

    pub(super) fn create_contact(&mut self, email: Word) -> Ended {
        let new = !self.people.contains_key(email);
        if new {
            self.asks_a_system("create")?;
            self.people.insert(email, Person { kind: "Guest", texts: None });
        }
        Ok(json!({"email": email, "contact_type": self.person(email)?.kind, "created": new}))
    }
}
