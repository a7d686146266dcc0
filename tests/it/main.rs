//! One test binary over the public surface.

mod one_at_a_time;
mod smoke;
