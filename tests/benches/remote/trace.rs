//! What was asked of the systems on behalf of one call: from the instants that the fakes recorded.

use crate::articles::Pace;
use crate::stage::{Guest, Stage};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tests::fakes::{Recorded, recording};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    Salesforce,
    Stripe,
    Twilio,
}

/// A request, from its arrival to its answer.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) system: System,
    began: Instant,
    ended: Instant,
    /// What it was told to take.
    latency: Duration,
    words: Vec<String>,
    /// What was made by it, by its id: later requests name that.
    made: Option<String>,
}

/// Everything asked since the stage was last cleared, in the order it came.
pub(crate) fn asked(stage: &Stage, pace: Pace) -> Vec<Asked> {
    let clock = Instant::now().checked_sub(recording::now()).expect("it runs since the start");
    let mut all = vec![];
    for it in stage.salesforce.recorded().iter().filter(|it| it.is_api()) {
        all.push(Asked {
            system: System::Salesforce,
            began: it.began,
            ended: it.ended.unwrap_or_else(Instant::now),
            latency: pace.salesforce(it),
            words: words(&text(it)),
            made: None,
        });
    }
    let stripe = stage.stripe.exchanges().into_iter().map(|it| (System::Stripe, it));
    for (system, it) in stripe.chain(stage.twilio.exchanges().into_iter().map(|it| (System::Twilio, it))) {
        all.push(Asked {
            system,
            began: clock + it.arrived,
            ended: clock + it.answered,
            latency: if system == System::Stripe { pace.stripe(&it.operation) } else { pace.twilio() },
            words: words(&format!("{} {} {}", it.path, it.query, it.body)),
            made: it.answer["id"].as_str().map(str::to_owned),
        });
    }
    all.sort_by_key(|it| it.began);
    all
}

fn text(request: &Recorded) -> String {
    let parts = request.subrequests.iter().map(|part| format!("{} {}", part.url, part.body));
    let parts: Vec<_> = request.queries().into_iter().chain(parts).collect();
    format!("{} {}", request.path, parts.join(" "))
}

fn words(text: &str) -> Vec<String> {
    let apart = |c: char| !(c.is_ascii_alphanumeric() || "@._-".contains(c));
    text.split(apart).filter(|word| word.len() > 3).map(str::to_owned).collect()
}

/// The requests of each guest, who are known by their e-mail and by the ids of what is theirs.
pub(crate) fn by_guest(all: &[Asked], guests: &[Guest]) -> Vec<Vec<Asked>> {
    let mut whose: HashMap<String, usize> = HashMap::new();
    for (at, guest) in guests.iter().enumerate() {
        whose.extend(guest.names().map(|name| (name.to_owned(), at)));
    }
    let mut theirs = vec![vec![]; guests.len()];
    for it in all {
        let Some(at) = it.words.iter().find_map(|word| whose.get(word).copied()) else { continue };
        whose.extend(it.made.clone().map(|id| (id, at)));
        theirs[at].push(it.clone());
    }
    theirs
}

/// What one call was, beside how long it took.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cost {
    pub(crate) salesforce: usize,
    pub(crate) stripe: usize,
    /// The longest chain of requests no two of which overlap.
    pub(crate) in_sequence: usize,
    /// The time in which no request was under way.
    pub(crate) own: Duration,
    /// The time it would have taken with the real latencies.
    pub(crate) whole: Duration,
}

/// The cost of a call that was made and answered then.
pub(crate) fn cost(asked: &[Asked], made: Instant, answered: Instant, pace: Pace) -> Cost {
    let waited: Vec<&Asked> = asked.iter().filter(|it| it.began >= made && it.began < answered).collect();
    let wall = answered - made;
    let under_way = covered(waited.iter().map(|it| (it.began, it.ended.min(answered))));
    let told = covered(waited.iter().map(|it| (it.began, (it.began + it.latency).min(answered))));
    let of = |system| waited.iter().filter(|it| it.system == system).count();
    Cost {
        salesforce: of(System::Salesforce),
        stripe: of(System::Stripe),
        in_sequence: in_sequence(&waited),
        own: wall.saturating_sub(under_way),
        whole: wall.saturating_sub(told) + told * pace.divided_by,
    }
}

/// The part of a time in which none of these requests was under way.
pub(crate) fn idle(asked: &[Asked], from: Instant, to: Instant) -> Duration {
    let spans = asked.iter().map(|it| (it.began.clamp(from, to), it.ended.clamp(from, to)));
    (to - from).saturating_sub(covered(spans))
}

/// How much of the time the spans cover together; they come sorted by their beginning.
fn covered(spans: impl Iterator<Item = (Instant, Instant)>) -> Duration {
    let (mut sum, mut until) = (Duration::ZERO, None::<Instant>);
    for (began, ended) in spans {
        let from = until.map_or(began, |until| began.max(until));
        sum += ended.saturating_duration_since(from);
        until = Some(until.map_or(ended, |until| until.max(ended)));
    }
    sum
}

/// As many as can be chosen so that none overlap: always the one that ends first.
fn in_sequence(asked: &[&Asked]) -> usize {
    let mut sorted = asked.to_vec();
    sorted.sort_by_key(|it| it.ended);
    let (mut count, mut until) = (0, None::<Instant>);
    for it in sorted {
        if until.is_none_or(|until| it.began >= until) {
            count += 1;
            until = Some(it.ended);
        }
    }
    count
}
