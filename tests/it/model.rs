//! Random stories against a small model of the hotel. Several guests and members of staff call the tools, and now and then
//! something fails. After every call the servers' answer and the hotel's files must be what the model says.
//!
//! `MODEL_CASES=2000 cargo test -p tests model` plays more stories. A story that fails is shrunk, printed, and its seed
//! kept in `model/regressions.txt`, from where it is played first from then on. Once the fault is found, its story is
//! told by name in `model/stories.rs`.
//!
//! Left out until they are decided elsewhere: a panic after an effect, and a refusal of `record_refund`, which
//! comes after the refund and has no way back.

mod calls;
mod hotel;
mod playhouse;
mod stage;
mod stories;
mod strategies;

use calls::Step;
use playhouse::Playhouse;
use proptest::test_runner::{Config, FileFailurePersistence, TestCaseError, TestRunner};
use tests::Backend;

/// How many calls a story has at most.
const LONGEST: usize = 16;
/// How many stories are played side by side: each waits for its servers most of the time.
const SIDE_BY_SIDE: u32 = 4;

fn on_a_runtime<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(work)
}

fn play_at_random(stories: u32, house: &Playhouse) -> Result<(), String> {
    let config = Config {
        cases: stories,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("it/model/regressions.txt"))),
        max_shrink_iters: 400,
        ..Config::default()
    };
    let told = TestRunner::new(config).run(&strategies::story(LONGEST), |(late, story)| {
        on_a_runtime(house.play(late, &story)).map_err(TestCaseError::fail)
    });
    told.map_err(|error| error.to_string())
}

#[test]
fn servers_and_model_tell_the_same_story() {
    let stories = std::env::var("MODEL_CASES").map_or(60, |text| text.parse().expect("a number"));
    let house = Playhouse::on(Backend::of_this_run());
    let problems: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..SIDE_BY_SIDE)
            .map(|_| scope.spawn(|| play_at_random(stories / SIDE_BY_SIDE, &house)))
            .collect();
        runs.into_iter().filter_map(|run| run.join().expect("no panic").err()).collect()
    });
    eprintln!("{:#?}", house.tried.lock().unwrap());
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

/// Plays a story that once failed.
fn retell(late: bool, story: &[Step]) {
    retell_on(Backend::of_this_run(), late, story);
}

fn retell_on(backend: Backend, late: bool, story: &[Step]) {
    on_a_runtime(Playhouse::on(backend).play(late, story)).unwrap_or_else(|problem| panic!("{problem}"));
}
