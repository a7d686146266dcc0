//! The worker of the next version.

use std::process::ExitCode;

fn main() -> ExitCode {
    orchestrators::cli::worker::main_with(next_version::sagas())
}
