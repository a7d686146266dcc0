//! The current time. In a development build the variable `HOTEL_CLOCK` moves the clock forward or back, such as `26h`
//! or `-30m`, so that a test can reach the next day; in a release build nothing reads it.

use jiff::Timestamp;

/// Now.
pub fn now() -> Timestamp {
    #[cfg(debug_assertions)]
    if let Some(ahead) = ahead() {
        return Timestamp::now().saturating_add(ahead).unwrap_or_else(|_| Timestamp::now());
    }
    Timestamp::now()
}

/// How far the clock is moved. An unreadable value panics: it would test nothing, but look as if it had.
#[cfg(debug_assertions)]
fn ahead() -> Option<jiff::SignedDuration> {
    static AHEAD: std::sync::OnceLock<Option<jiff::SignedDuration>> = std::sync::OnceLock::new();
    *AHEAD.get_or_init(|| {
        let text = std::env::var("HOTEL_CLOCK").ok()?;
        Some(text.parse().unwrap_or_else(|error| panic!("HOTEL_CLOCK: {error}")))
    })
}
