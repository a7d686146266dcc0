//! Cases: what guests ask for and what is broken.

mod case_view;
mod change_case;
mod find_case;
mod move_case;
mod search_cases_on_behalf_of_guest;
mod search_cases_on_behalf_of_staff;
mod upsert_case;

pub use case_view::{CaseList, CaseView};
pub use change_case::ChangeCase;
pub use find_case::FindCase;
pub use move_case::MoveCase;
pub use search_cases_on_behalf_of_guest::{GuestCaseFilter, SearchCasesOnBehalfOfGuest};
pub use search_cases_on_behalf_of_staff::{SearchCasesOnBehalfOfStaff, StaffCaseFilter};
pub use upsert_case::UpsertCase;
