//! One test binary over the public surface.

mod demo;
mod smoke;
