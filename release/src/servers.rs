//! The servers that ship, and what people read of them before they have them.

use orchestrators::tool::Persona;

/// Where the project is.
pub(crate) const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
/// The version of all of it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A server that ships.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Server {
    /// guest-server
    GuestServer,
    /// staff-server
    StaffServer,
}

impl Server {
    /// All of them.
    pub(crate) const ALL: [Self; 2] = [Self::GuestServer, Self::StaffServer];

    /// The name of its binary.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::GuestServer => "guest-server",
            Self::StaffServer => "staff-server",
        }
    }

    pub(crate) fn persona(self) -> Persona {
        match self {
            Self::GuestServer => guest_server::persona(),
            Self::StaffServer => staff_server::persona(),
        }
    }

    /// Its name for people.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::GuestServer => "Hotel: for a guest",
            Self::StaffServer => "Hotel: for the staff",
        }
    }

    /// What it is for; at most 100 characters, as the registry takes them.
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::GuestServer => {
                "A hotel guest books, checks in, asks for things and checks out. For the hotel's own machines."
            }
            Self::StaffServer => {
                "Hotel staff book, check guests in and out, and look after rooms, repairs and payments."
            }
        }
    }
}
