//! One test binary over the public surface.

mod books;
mod concurrency;
mod demo;
mod guest_isolation;
mod hostile;
mod kills;
mod kills_scenes;
mod smoke;
