//! Spans of traces are made with `tracing` under one target, and cost nothing unless a program has them exported.

/// The target of every span that belongs to a trace, and of nothing else: the log leaves them out.
pub const TARGET: &str = "telemetry";
