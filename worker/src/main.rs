//! The worker: see `orchestrators::cli::worker` for its command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    orchestrators::cli::worker::main()
}
