//! Sagas over the hotel's skills, and everything between them and an agent.
//!
//! | Where | What |
//! |---|---|
//! | [`sagas`] | one saga a file: which operations, in which order, and the way back |
//! | [`saga`] | the contract a saga's author sees: `Saga`, `Run`, `Step`, `Hold` |
//! | [`engine`] | runs sagas: calls, recovery, the journal, messages |
//! | [`tool`] | tools as values, the lists of personas, answers |
//! | `http` | the front for `serve --http`: connections, tokens, who asks |
//! | `mcp` | the protocol; nothing outside it knows MCP |
//! | [`audit`], `operate` | the audit trail; doctor, reconcile, forget, setup, backup |
//! | [`board`] | a day of the hotel at a glance: the tool, the pages that draw it, and the terminal |
//! | [`cli`], `connect`, [`demo`] | the command line, how clients start a server, and the stories it tells |
//! | `telemetry` | traces and metrics, exported by OTLP |
//! | `terminal`, `made_once` | what people read, as wide as their terminal; files that the first process makes |

pub mod audit;
pub mod board;
pub mod cli;
mod connect;
pub mod demo;
pub mod engine;
mod http;
mod made_once;
mod mcp;
mod operate;
mod restate;
pub mod saga;
pub mod sagas;
mod telemetry;
mod terminal;
pub mod tool;

pub use http::HttpSettings;
