//! One test binary over the public surface.

mod books;
mod card_numbers;
mod concurrency;
mod demo;
mod guest_isolation;
mod hostile;
mod hostile_input;
mod idempotency;
mod kills;
mod kills_scenes;
mod refusals;
mod sagas;
mod skills;
mod skills_library;
mod smoke;
