//! One test binary over the public surface.

mod idempotency;
mod sagas;
mod skills;
mod skills_library;
mod smoke;
