//! One test binary over the public surface.

mod cli;
mod docs;
mod personas;
mod smoke;
mod stdio;
