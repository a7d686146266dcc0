//! Until which day the stay of a guest who is here costs. Whoever shows what a stay costs, and the checkout that charges it,
//! ask here.

use super::names;
use crate::saga::ledger::History;
use crate::saga::{Run, SagaError};
use skills::ErrorCode;
use skills::operations::bookings::BookingView;
use skills::records::Stay;
use skills::systems::Hotel;
use skills::words::{BookingStatus, Date};

/// A guest with this answer cannot leave yet.
pub(crate) const WAITS: ErrorCode = ErrorCode::RefundPending;

/// The last day that a stay costs: today; for a guest who had to wait for a refund, the day of the first such answer.
pub(crate) fn last_day(saga: &Run, stay: &Stay) -> Result<Date, SagaError> {
    let today = saga.today();
    if stay.status != BookingStatus::CheckedIn {
        return Ok(today);
    }
    let waits_since = saga.first_refused(&stay.booking, WAITS, &names::SETTLING)?;
    Ok(earlier(waits_since, today))
}

/// The same for a read, which is no saga. If the journal cannot be read, bookings are shown all the same.
pub(crate) fn last_day_read(history: &dyn History, hotel: &Hotel, stay: &Stay, today: Date) -> Date {
    if stay.status != BookingStatus::CheckedIn {
        return today;
    }
    match history.first_refused(stay.booking.as_str(), WAITS.as_str(), &names::SETTLING) {
        Ok(waits_since) => earlier(waits_since.map(|moment| hotel.day_of(moment)), today),
        Err(error) => {
            tracing::warn!(
                ?error,
                "whether a guest waits for a refund is not known; the price is that of today"
            );
            today
        }
    }
}

fn earlier(waits_since: Option<Date>, today: Date) -> Date {
    waits_since.map_or(today, |day| day.min(today))
}

/// A stay in an answer, with what a checkout would charge now.
pub(crate) fn shown(saga: &Run, stay: &Stay) -> Result<BookingView, SagaError> {
    Ok(BookingView::of(stay, last_day(saga, stay)?, saga.currency()))
}
