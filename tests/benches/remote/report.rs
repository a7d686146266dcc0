//! The tables: counts and ratios beside the limits of the design, to be pasted into docs/evidence.md.

use crate::articles::Pace;
use crate::crowd::Among;
use crate::trace::Cost;
use std::fmt;
use std::time::Duration;

/// Salesforce's calls of a day for a developer's org.
const DAILY_LIMIT: usize = 15_000;
const OWN_P50: f64 = 10.0;
const OWN_P99: f64 = 25.0;

/// What a tool may ask at most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) salesforce: usize,
    pub(crate) stripe: usize,
    pub(crate) in_sequence: usize,
}

/// The rows of each table, in order.
#[derive(Default)]
pub(crate) struct Report {
    tools: Vec<String>,
    articles: Vec<String>,
    crowds: Vec<String>,
    sustained: Vec<String>,
}

impl Report {
    /// What a tool asks of the systems, and its own time for one guest.
    pub(crate) fn tool(&mut self, name: &str, costs: &[Cost], limit: Limit) {
        let most = |of: fn(&Cost) -> usize| costs.iter().map(of).max().unwrap_or_default();
        let (salesforce, stripe) = (most(|cost| cost.salesforce), most(|cost| cost.stripe));
        let in_sequence = most(|cost| cost.in_sequence);
        let (p50, p99) = own(costs);
        let few =
            salesforce <= limit.salesforce && stripe <= limit.stripe && in_sequence <= limit.in_sequence;
        let carried = DAILY_LIMIT.checked_div(salesforce).unwrap_or(DAILY_LIMIT);
        let cells = [
            name.to_owned(),
            format!("{} of {}", salesforce + stripe, limit.salesforce + limit.stripe),
            format!("{in_sequence} of {}", limit.in_sequence),
            format!("{salesforce}"),
            format!("{carried}"),
            format!("{p50:.1} / {p99:.1} ms"),
            verdict(few && p50 <= OWN_P50 && p99 <= OWN_P99),
        ];
        add(&mut self.tools, &cells);
    }

    /// How much faster than the articles' a whole call is.
    pub(crate) fn against_articles(
        &mut self,
        name: &str,
        pace: Pace,
        costs: &[Cost],
        articles: Duration,
        times: Option<f64>,
    ) {
        let whole = at(costs.iter().map(|cost| cost.whole), 50);
        let faster = articles.as_secs_f64() / whole.as_secs_f64();
        let cells = [
            format!("{name}, s = {}", pace.saved),
            format!("{:.2} s", whole.as_secs_f64()),
            format!("{:.1} s", articles.as_secs_f64()),
            format!("{faster:.2}"),
            times.map_or(String::new(), |times| format!("{times}")),
            times.map_or("shown".to_owned(), |times| verdict(faster >= times)),
        ];
        add(&mut self.articles, &cells);
    }

    /// Many guests at once; none for a call that failed.
    pub(crate) fn crowd(&mut self, name: &str, calls: &[Option<Among>]) {
        let done: Vec<&Among> = calls.iter().flatten().collect();
        let failed = calls.len() - done.len();
        let asked: usize = done.iter().map(|call| call.cost.salesforce).sum();
        let times =
            |of: fn(&Among) -> Duration| [50, 99].map(|percent| at(done.iter().map(|it| of(it)), percent));
        let [p50, p99] = times(|call| call.cost.own).map(millis);
        let [idle_p50, idle_p99] = times(|call| call.idle).map(millis);
        let [whole_p50, whole_p99] = times(|call| call.cost.whole).map(|took| took.as_secs_f64());
        let cells = [
            name.to_owned(),
            format!("{failed}"),
            format!("{:.2}", ratio(asked, done.len())),
            format!("{whole_p50:.2} / {whole_p99:.2} s"),
            format!("{p50:.1} / {p99:.1} ms"),
            format!("{idle_p50:.1} / {idle_p99:.1} ms"),
            verdict(failed == 0 && p50 <= OWN_P50 && p99 <= OWN_P99),
        ];
        add(&mut self.crowds, &cells);
    }

    pub(crate) fn sustained(
        &mut self,
        calls: usize,
        failed: usize,
        took: Duration,
        longest: Duration,
        asked: u64,
    ) {
        let seconds = took.as_secs_f64();
        let cells = [
            format!("{calls} calls in {seconds:.0} s"),
            format!("{failed}"),
            format!("{:.2}", ratio(usize::try_from(asked).unwrap_or_default(), calls)),
            format!("{:.2} s", longest.as_secs_f64()),
            verdict(failed == 0),
        ];
        add(&mut self.sustained, &cells);
    }
}

fn own(costs: &[Cost]) -> (f64, f64) {
    let own = |percent| millis(at(costs.iter().map(|cost| cost.own), percent));
    (own(50), own(99))
}

fn at(durations: impl Iterator<Item = Duration>, percent: usize) -> Duration {
    let mut sorted: Vec<_> = durations.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or_default()
}

fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

fn ratio(a: usize, b: usize) -> f64 {
    let number = |count| u32::try_from(count).map_or(f64::NAN, f64::from);
    number(a) / number(b)
}

fn verdict(met: bool) -> String {
    if met { "met" } else { "**missed**" }.to_owned()
}

fn add(rows: &mut Vec<String>, cells: &[String]) {
    let row = format!("| {} |", cells.join(" | "));
    progress(&row);
    rows.push(row);
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tables = [
            (
                &self.tools,
                "| | remote calls | in sequence | of Salesforce | a day's 15,000 carry | own time, p50 / p99 | |",
            ),
            (&self.articles, "| | takes | the articles' | times faster | limit | |"),
            (
                &self.crowds,
                "| | failures | of Salesforce, each | takes, p50 / p99 | own time, p50 / p99 | of it nobody's request under way | |",
            ),
            (&self.sustained, "| | failures | of Salesforce, each | the longest | |"),
        ];
        for (rows, head) in tables {
            let columns = head.matches('|').count() - 1;
            writeln!(f, "{head}\n|---|{}---|", "---:|".repeat(columns - 2))?;
            rows.iter().try_for_each(|row| writeln!(f, "{row}"))?;
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Says on stderr how far it is.
pub(crate) fn progress(what: &str) {
    eprintln!("{what}");
}

/// How latencies were scaled.
pub(crate) fn scale(divided_by: u32) -> String {
    let alone = match divided_by {
        1 => "the real ones".to_owned(),
        by => {
            format!("1/{by} of the real ones for one guest after the other, and told as if they were whole")
        }
    };
    format!(
        "Latencies: {alone}; the real ones for crowds and for 100 calls a second. Own time is as measured.\n"
    )
}
