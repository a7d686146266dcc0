//! People: one for each e-mail; an update changes only the given fields.

use super::Outcome;
use crate::operations::contacts::{CreateContact, UpsertContact};
use crate::refusals;
use crate::systems::crm::Committed;
use crate::words::ContactType;
use rusqlite::{Connection, params};

pub(super) fn create_contact(c: &Connection, new: &CreateContact, done: &mut Committed) -> Outcome<()> {
    let sql = "INSERT INTO contacts (email, first_name, last_name, phone, contact_type, prefers) \
               VALUES (?, ?, ?, ?, ?, 'Email') ON CONFLICT (email) DO NOTHING";
    let row = params![new.email, new.first_name, new.last_name, new.phone, new.contact_type];
    done.created |= c.prepare_cached(sql)?.execute(row)? == 1;
    Ok(())
}

pub(super) fn upsert_contact(c: &Connection, new: &UpsertContact, done: &mut Committed) -> Outcome<()> {
    let sql = "UPDATE contacts SET first_name = ifnull(?2, first_name), last_name = ifnull(?3, last_name), \
               phone = ifnull(?4, phone), contact_type = ifnull(?5, contact_type), prefers = ifnull(?6, prefers) \
               WHERE email = ?1";
    let row = params![new.email, new.first_name, new.last_name, new.phone, new.contact_type, new.prefers];
    if c.prepare_cached(sql)?.execute(row)? == 0 {
        let Some(last_name) = &new.last_name else {
            return Err(refusals::invalid_argument("last_name", "a new person needs one", None).into());
        };
        let sql = "INSERT INTO contacts (email, first_name, last_name, phone, contact_type, prefers) \
                   VALUES (?1, ifnull(?2, ''), ?3, ?4, ?5, ifnull(?6, 'Email'))";
        let kind = new.contact_type.unwrap_or(ContactType::Guest);
        let row = params![new.email, new.first_name, last_name, new.phone, kind, new.prefers];
        c.prepare_cached(sql)?.execute(row)?;
        done.created = true;
    }
    Ok(())
}
