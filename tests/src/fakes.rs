//! The systems of record as strict, stateful stand-ins over HTTP, with nothing of ours behind them.

mod salesforce;

pub use salesforce::{Data, Fault, On, Options, Pause, Recorded, Row, Salesforce, Subrequest, When};
