//! One test binary over the public surface.

mod demo;
mod idempotency;
mod refusals;
mod sagas;
mod skills;
mod skills_library;
mod smoke;
