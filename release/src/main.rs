//! What a release has beside the binaries, all of it made from the code: `.ci/release` runs this. It is a program of its
//! own, so that the servers carry none of it.

mod bundle;
mod documents;
mod offered;
mod registry;
mod servers;

use clap::Parser;
use servers::Server;
use std::io::Write;
use std::path::PathBuf;

/// Make what a release has beside the binaries.
#[derive(Parser)]
enum Command {
    /// Write shell completions and pages of the manual of every server.
    Documents {
        /// The folder to write them into.
        folder: PathBuf,
    },
    /// Make the folder of a bundle (.mcpb), for `mcpb pack`.
    Bundle {
        /// The server.
        server: Server,
        /// Its binary.
        binary: PathBuf,
        /// The folder to make.
        folder: PathBuf,
    },
    /// Print a server's entry of the MCP registry (server.json).
    Registry {
        /// The server.
        server: Server,
        /// Its packed bundle, as it is uploaded.
        bundle: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Documents { folder } => documents::write(&folder),
        Command::Bundle { server, binary, folder } => bundle::make(server, &binary, &folder),
        Command::Registry { server, bundle } => {
            Ok(writeln!(std::io::stdout(), "{:#}", registry::entry(server, &bundle)?)?)
        }
    }
}
