//! One test binary over the public surface.
#![allow(clippy::unwrap_used)] // helpers of tests are tests: what they unwrap fails the test with its line

mod asking;
mod audit;
mod books;
mod card_numbers;
mod cli;
mod concurrency;
mod corpus;
mod demo;
mod docs;
mod doctor;
mod engine_elsewhere;
mod fakes;
mod forget;
mod guest_isolation;
mod guidance;
mod hostile;
mod hostile_input;
mod house;
mod http;
mod idempotency;
mod kills;
mod model;

mod obedient;
mod older_version;
mod one_at_a_time;
mod org;
mod personas;
mod processes;
mod reconcile;
mod recorded_reads;
mod recovery;
mod refusals;
mod refused_by_systems;
mod replanning;
mod rolling;
mod round_trips;
mod sagas;
mod said;
mod salesforce;
mod schedule;
mod setup;
mod skills;
mod skills_library;
mod starts;
mod stdio;
mod storage;
mod stripe;
mod tau;
mod telemetry;
mod texts;
mod trial;
mod twilio;
mod utterances;

/// Whether every file of a folder is a module of the file that lists it, and so on below.
fn lists(list: &std::path::Path, folder: &std::path::Path) {
    let text = std::fs::read_to_string(list).unwrap();
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file != list && file.extension().is_some_and(|extension| extension == "rs") {
            let module = format!("mod {};", file.file_stem().unwrap().to_str().unwrap());
            assert!(text.contains(&module), "{}: no {module}, so nobody runs it", list.display());
            let below = file.with_extension("");
            if below.is_dir() {
                lists(&file, &below);
            }
        }
    }
}

#[test]
fn every_file_of_tests_is_run() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("it");
    lists(&folder.join("main.rs"), &folder);
}

/// The personas of the servers that ship, in the order of [`tests::SERVERS`].
fn personas() -> [orchestrators::tool::Persona; 2] {
    [guest_server::persona(), staff_server::persona()]
}
