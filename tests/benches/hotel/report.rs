//! The table: ratios beside the limits of the design.

use std::fmt;
use std::time::Duration;
use tests::samples::Samples;

/// How a row is judged.
#[derive(Clone, Copy)]
pub(crate) enum Verdict {
    AtMostMillis(f64),
    AtMostMib(f64),
    /// At most so many times the cost of the bare server, in either hotel.
    TimesBare(f64),
    Shown,
}

/// What "flat" allows: beyond it the large hotel costs more than the noise of a shared machine explains.
const FLAT: f64 = 1.5;
/// SQLite moves its log into the file now and then, whatever the calls: so much of a sync per call is not theirs.
const CHECKPOINTS: f64 = 0.2;

/// Several servers on one folder do together at least so much of what one does alone.
const SUM: f64 = 0.9;
/// The unluckiest of their calls waits at most so many times the median.
const WORST: f64 = 10.0;

/// The rows, in order.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<String>,
}

impl Report {
    pub(crate) fn times(
        &mut self,
        name: &str,
        bare: Duration,
        few: Duration,
        many: Duration,
        verdict: Verdict,
    ) {
        let [b, f, m] = [bare, few, many].map(|took| took.as_secs_f64() * 1_000.0);
        self.judged(
            name,
            &[b, f, m].map(|ms| format!("{ms:.3} ms")),
            [f / b, m / b, m / f],
            f.max(m),
            verdict,
        );
    }

    pub(crate) fn rates(&mut self, name: &str, bare: f64, few: f64, many: f64, verdict: Verdict) {
        let shown = [bare, few, many].map(|rate| format!("{rate:.0}/s"));
        self.judged(name, &shown, [bare / few, bare / many, few / many], 0.0, verdict);
    }

    pub(crate) fn sizes(
        &mut self,
        name: &str,
        bare: Option<f64>,
        few: Option<f64>,
        many: Option<f64>,
        verdict: Verdict,
    ) {
        let (Some(b), Some(f), Some(m)) = (bare, few, many) else { return };
        let shown = [b, f, m].map(|mib| format!("{mib:.1} MiB"));
        self.judged(name, &shown, [f / b, m / b, m / f], f.max(m), verdict);
    }

    /// The same call in both hotels, without a counterpart on the bare server.
    pub(crate) fn pairs(&mut self, name: &str, few: Duration, many: Duration) {
        let [f, m] = [few, many].map(|took| took.as_secs_f64() * 1_000.0);
        let verdict = pass(m / f <= FLAT);
        self.row(&[
            name,
            "",
            &format!("{f:.3} ms"),
            &format!("{m:.3} ms"),
            "",
            &format!("{:.2}", m / f),
            "flat",
            verdict,
        ]);
    }

    pub(crate) fn counts(&mut self, name: &str, [bare, few, many]: [Option<f64>; 3], most: f64) {
        let shown = |count: Option<f64>| count.map_or("n/a".to_owned(), |count| format!("{count:.2}"));
        let verdict = match few.into_iter().chain(many).reduce(f64::max) {
            Some(count) => pass(count <= most + CHECKPOINTS),
            None => "n/a",
        };
        self.row(&[name, &shown(bare), &shown(few), &shown(many), "", "", &format!("<= {most}"), verdict]);
    }

    /// Several servers on one folder: their sum beside that of one, and the longest wait beside the median.
    pub(crate) fn crowd(&mut self, servers: usize, rate: f64, share: f64, waits: &Samples, most: f64) {
        let [p50, p99, worst] =
            [waits.p50(), waits.p99(), waits.worst()].map(|took| took.as_secs_f64() * 1_000.0);
        self.row(&[
            &format!("{servers} servers on one folder, 8 writes in flight each"),
            "",
            &format!("{rate:.0}/s"),
            "",
            &format!("{share:.2} of one server"),
            &format!("p50 {p50:.1}, p99 {p99:.1}, worst {worst:.1} ms ({most:.1}x)"),
            &format!(">= {SUM}, <= {WORST}x"),
            pass(share >= SUM && most <= WORST),
        ]);
    }

    /// One booking: many in flight beside one by one.
    pub(crate) fn one_booking(&mut self, one_by_one: f64, many: f64) {
        self.row(&[
            "32 in flight on one booking",
            "",
            &format!("{many:.0}/s"),
            "",
            &format!("{:.2} of {one_by_one:.0}/s one by one", many / one_by_one),
            "",
            ">= 1",
            pass(many >= one_by_one),
        ]);
    }

    fn judged(&mut self, name: &str, shown: &[String; 3], ratios: [f64; 3], worst: f64, verdict: Verdict) {
        let [few, many, growth] = ratios;
        let (limit, verdict) = match verdict {
            Verdict::AtMostMillis(most) => (format!("<= {most} ms"), pass(worst <= most)),
            Verdict::AtMostMib(most) => (format!("<= {most} MiB"), pass(worst <= most)),
            Verdict::TimesBare(most) => (format!("<= {most}x bare"), pass(few.max(many) <= most)),
            Verdict::Shown => (String::new(), ""),
        };
        let times_bare = format!("{few:.2} / {many:.2}");
        let [bare, few, many] = shown;
        self.row(&[name, bare, few, many, &times_bare, &format!("{growth:.2}"), &limit, verdict]);
    }

    fn row(&mut self, cells: &[&str; 8]) {
        let row = format!("| {} |", cells.join(" | "));
        progress(&row);
        self.rows.push(row);
    }
}

const fn pass(passed: bool) -> &'static str {
    if passed { "pass" } else { "**miss**" }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| | bare | 22 rooms | large | times bare | large/small | limit | |")?;
        writeln!(f, "|---|---:|---:|---:|---:|---:|---:|---|")?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{row}"))
    }
}

/// Says on stderr how far it is.
pub(crate) fn progress(what: &str) {
    eprintln!("{what}");
}
