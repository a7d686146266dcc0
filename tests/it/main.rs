//! One test binary over the public surface.

mod concurrency;
mod kills;
mod kills_scenes;
mod smoke;
