//! The staff server: see `orchestrators::cli` for its command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    orchestrators::cli::main("staff-server", staff_server::persona())
}
