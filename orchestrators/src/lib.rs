//! Sagas over the hotel's skills, and everything between them and an agent.
//!
//! | Where | What |
//! |---|---|
//! | [`sagas`] | one saga a file: which operations, in which order, and the way back |
//! | [`saga`] | the contract a saga's author sees: `Saga`, `Run`, `Step`, `Hold` |
//! | [`engine`] | runs sagas: calls, recovery, the journal, messages |
//! | [`tool`] | tools as values, the lists of personas, answers |
//! | `mcp` | the protocol; nothing outside it knows MCP |
//! | [`audit`], `operate` | the audit trail; doctor, reconcile, forget, setup, backup |
//! | [`cli`], `demo` | the command line, and the stories it tells |

pub mod audit;
pub mod cli;
mod demo;
pub mod engine;
mod mcp;
mod operate;
pub mod saga;
pub mod sagas;
pub mod tool;

use audit::SearchToolCalls;
use skills::Skill;
use skills::operations::{bookings, cases, contacts, payments, rooms};

/// The names of all sagas, each its tool's too.
pub fn saga_names() -> Vec<&'static str> {
    sagas::all().iter().map(|saga| saga.name()).collect()
}

/// The reads that are tools of some persona. A new one adds a line here: the other server then knows its name.
const READS: [&str; 10] = [
    SearchToolCalls::NAME,
    bookings::SearchBookingsOnBehalfOfGuest::NAME,
    bookings::SearchBookingsOnBehalfOfStaff::NAME,
    cases::SearchCasesOnBehalfOfGuest::NAME,
    cases::SearchCasesOnBehalfOfStaff::NAME,
    contacts::SearchContacts::NAME,
    payments::RetrievePaymentStatus::NAME,
    rooms::SearchAvailableRooms::NAME,
    rooms::SearchRoomsOnBehalfOfGuest::NAME,
    rooms::SearchRoomsOnBehalfOfStaff::NAME,
];

/// Whether any persona could offer a tool of this name.
fn is_tool(name: &str) -> bool {
    let internal =
        [<sagas::FinishPaidCheckout as saga::Saga>::NAME, <sagas::GiveBackPayment as saga::Saga>::NAME]
            .contains(&name);
    READS.contains(&name) || (saga_names().contains(&name) && !internal)
}
