//! The tables. Speed is compared by ratios: what a machine's figures are says little by itself.

use crate::setting::Setting;
use std::fmt;
use std::time::Duration;
use tests::samples::Samples;

/// Calls of a kind on a setting.
struct Calls {
    setting: Setting,
    name: &'static str,
    in_flight: usize,
    took: Samples,
    rates: Vec<f64>,
}

/// Something else that was measured on a setting; the last round counts.
struct Figure {
    setting: Setting,
    name: String,
    value: String,
}

#[derive(Default)]
pub(crate) struct Report {
    calls: Vec<Calls>,
    figures: Vec<Figure>,
    takeover: String,
}

impl Report {
    pub(crate) fn calls(
        &mut self,
        setting: Setting,
        name: &'static str,
        in_flight: usize,
        whole: Duration,
        took: Vec<Duration>,
    ) {
        let rate = number(took.len()) / whole.as_secs_f64();
        let known =
            |calls: &&mut Calls| (calls.setting, calls.name, calls.in_flight) == (setting, name, in_flight);
        if let Some(calls) = self.calls.iter_mut().find(known) {
            calls.took.extend(took);
            calls.rates.push(rate);
        } else {
            let mut samples = Samples::default();
            samples.extend(took);
            self.calls.push(Calls { setting, name, in_flight, took: samples, rates: vec![rate] });
        }
    }

    pub(crate) fn memory(&mut self, setting: Setting, of: &str, each: impl Iterator<Item = f64>) {
        if let Some(most) = each.reduce(f64::max) {
            self.figure(setting, format!("resident memory, {of}"), format!("{most:.0} MiB"));
        }
    }

    pub(crate) fn kept(&mut self, setting: Setting, what: &str, bytes: u64, calls: usize) {
        let each = usize::try_from(bytes).map_or(0.0, number) / number(calls) / 1024.0;
        self.figure(setting, format!("kept per call, {what}"), format!("{each:.1} KiB"));
    }

    pub(crate) fn share_of_busiest(&mut self, setting: Setting, worked: &[f64]) {
        let all: f64 = worked.iter().sum();
        let most = worked.iter().copied().fold(0.0, f64::max);
        let share = format!("{:.0} % of the work of all", 100.0 * most / all.max(1.0));
        self.figure(setting, "the busiest worker".to_owned(), share);
    }

    pub(crate) fn takeover(&mut self, whole: &Samples, after: &Samples) {
        let shown = |samples: &Samples| format!("p50 {}, worst {}", ms(samples.p50()), ms(samples.worst()));
        let (killed, after, whole) = (after.count(), shown(after), shown(whole));
        self.takeover = format!(
            "{killed} workers were killed in the middle of a checkout, another one was there. Each call was answered with \
             success, and charged once. From the kill to the answer: {after}; the whole call: {whole}."
        );
    }

    fn figure(&mut self, setting: Setting, name: String, value: String) {
        self.figures.retain(|known| (known.setting, &known.name) != (setting, &name));
        self.figures.push(Figure { setting, name, value });
    }

    /// What the embedded engine did of the same.
    fn embedded(&self, of: &Calls) -> Option<&Calls> {
        self.calls.iter().find(|calls| {
            (calls.setting, calls.name, calls.in_flight) == (of.setting.embedded(), of.name, of.in_flight)
        })
    }
}

impl Calls {
    /// The median round.
    fn rate(&self) -> f64 {
        let mut rates = self.rates.clone();
        rates.sort_unstable_by(f64::total_cmp);
        rates.get(rates.len() / 2).copied().unwrap_or_default()
    }
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

fn ms(took: Duration) -> String {
    format!("{:.1} ms", took.as_secs_f64() * 1_000.0)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| call | in flight | on | calls a second | of embedded | p50 | p99 |")?;
        writeln!(f, "|---|---:|---|---:|---:|---:|---:|")?;
        for calls in &self.calls {
            let share = self.embedded(calls).map_or(0.0, |embedded| calls.rate() / embedded.rate());
            let Calls { setting, name, in_flight, took, .. } = calls;
            let (rate, p50, p99) = (calls.rate(), ms(took.p50()), ms(took.p99()));
            writeln!(f, "| {name} | {in_flight} | {setting} | {rate:.0} | {share:.2} | {p50} | {p99} |")?;
        }
        writeln!(f, "\n| on | what | |\n|---|---|---:|")?;
        for Figure { setting, name, value } in &self.figures {
            writeln!(f, "| {setting} | {name} | {value} |")?;
        }
        writeln!(f, "\n{}", self.takeover)
    }
}
