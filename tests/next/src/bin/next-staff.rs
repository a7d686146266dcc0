//! The staff-server of the next version.

use std::process::ExitCode;

fn main() -> ExitCode {
    orchestrators::cli::main_with("staff-server", next_version::persona(), next_version::sagas())
}
