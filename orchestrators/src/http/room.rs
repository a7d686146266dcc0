//! How much of the bodies of requests this process holds.

use super::BODIES;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Room for the long bodies of requests, in parts of 64 KiB. The first part of each body is free.
pub(crate) struct Room(Semaphore);

const PART: usize = 64 * 1024;

/// What a body holds of the room, until its request is answered.
#[derive(Default)]
pub(super) struct Held<'a>(Option<SemaphorePermit<'a>>);

impl Default for Room {
    fn default() -> Self {
        Self(Semaphore::new(BODIES / PART))
    }
}

impl Room {
    /// Takes room for as much of a body as has come; false if there is none. It is not waited for, so nobody is behind those
    /// who send much or slowly.
    pub(super) fn holds<'a>(&'a self, held: &mut Held<'a>, length: usize) -> bool {
        let has = held.0.as_ref().map_or(0, SemaphorePermit::num_permits);
        let lacks = (length.saturating_sub(1) / PART).saturating_sub(has);
        let Some(more) = u32::try_from(lacks).ok().and_then(|lacks| self.0.try_acquire_many(lacks).ok())
        else {
            return false;
        };
        match &mut held.0 {
            Some(permit) => permit.merge(more),
            none => *none = Some(more),
        }
        true
    }
}
