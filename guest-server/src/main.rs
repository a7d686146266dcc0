//! The guest server: see `orchestrators::cli` for its command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    orchestrators::cli::main("guest-server", guest_server::persona())
}
