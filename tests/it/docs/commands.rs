//! Every command of the documents is run, or is on the list of those that are not, with the reason. A command is a line of a block
//! that is marked as `sh`. Those of one block are run one after the other, each block on a hotel of its own.

use super::blocks::{blocks, commands, documents};
use super::file;
use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;
use tests::{World, binary, day};
use tokio::process::Command;

/// How long one command may take: it may have to wait for a build.
const PATIENCE: Duration = Duration::from_secs(300);

/// Why a command is not run here.
enum Why {
    /// A script of CI runs it; the script has this text.
    Ci(&'static str, &'static str),
    /// Another test runs it: `module::test`.
    Test(&'static str),
    /// It needs what a test does not have.
    Needs(&'static str),
}

/// The commands that are not run here, by how they begin.
const NOT_HERE: &[(&str, Why)] = &[
    ("cargo test --workspace", Why::Ci(".ci/run", "cargo test --workspace")),
    ("cargo test -p tests tau::", Why::Ci(".ci/run", "cargo test --workspace")),
    ("TAU=beth-leaves cargo test -p tests tau::", Why::Ci(".ci/run", "cargo test --workspace")),
    ("cargo build -p tests --example task", Why::Ci(".ci/run", "--example task")),
    ("python docs/examples/play_tasks.py", Why::Ci("tests/clients/run", "docs/examples/play_tasks.py")),
    (
        "cargo install --locked cargo-deny",
        Why::Needs("minutes and the network; tests/dependencies.py checks most of it"),
    ),
    ("cargo binstall", Why::Needs("a published release; `.ci/release` makes what it looks for")),
    ("claude mcp add", Why::Needs("Claude Code")),
    ("codex mcp add", Why::Needs("Codex")),
    ("cd salesforce", Why::Needs("the command line of Salesforce, and an org")),
    ("sf ", Why::Needs("the command line of Salesforce, and an org")),
    ("staff-server setup --seed", Why::Test("setup::an_empty_org_becomes_the_sample_hotel_once")),
    ("guest-server serve", Why::Test("docs::served::the_request_of_the_page_on_http_is_answered")),
    (
        "npm install --ignore-scripts @restatedev",
        Why::Needs("the network; tests/on-restate installs the same"),
    ),
    (
        "DO_NOT_TRACK=1 RESTATE_DISABLE_TELEMETRY=true npx",
        Why::Needs("a Restate server; tests/on-restate has one"),
    ),
    ("hotel-worker ", Why::Needs("a Restate server; tests/on-restate has one")),
    ("HOTEL_RESTATE=", Why::Needs("a Restate server; tests/on-restate has one")),
    ("curl -s http://127.0.0.1:9070", Why::Needs("a Restate server; tests/on-restate has one")),
    ("curl -s http://10.0.0.1", Why::Needs("three nodes; tests/on-cluster starts them")),
    ("curl -X", Why::Needs("a Restate server; tests/on-restate has one")),
    ("curl ", Why::Test("docs::served::the_request_of_the_page_on_http_is_answered")),
];

/// The commands that end with another code than 0.
const EXIT_CODES: &[(&str, i32)] =
    &[("echo \"That was 299.98. Have a good journey.\" | target/debug/examples/task end", 1)];

fn not_here(command: &str) -> Option<&'static (&'static str, Why)> {
    NOT_HERE.iter().find(|(begins, _)| command.starts_with(begins))
}

/// A hotel whose folder has what the commands name: the binaries where they are built and on the path, a file of settings.
async fn stage() -> (World, std::process::Command) {
    let world = World::new();
    assert_eq!(world.run_staff(&["call", "search_contacts"]).await.code, Some(0), "the hotel is made");
    let mut command = Command::new("sh").into_std();
    let server = world.command(tests::SERVERS[1], &[], &[]).into_std();
    let settings = world.write("hotel.env", "HOTEL_CURRENCY=usd\n");
    let folder = settings.parent().unwrap();
    for place in ["target/release", "target/debug/examples", "home", "backup"] {
        std::fs::create_dir_all(folder.join(place)).unwrap();
    }
    for server in tests::SERVERS {
        symlink(binary(server), folder.join("target/release").join(server)).unwrap();
    }
    symlink(binary("task"), folder.join("target/debug/examples/task")).unwrap();
    let path = format!("{}:{}", folder.join("target/release").display(), std::env::var("PATH").unwrap());
    command.env_clear().current_dir(folder).env("PATH", path).env("HOME", folder.join("home"));
    // What finds the servers of a build asks cargo, which lives in the home of whoever runs this.
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let there = || Path::new(&std::env::var_os("HOME").unwrap()).join(folder).into_os_string();
        command.env(name, std::env::var_os(name).unwrap_or_else(there));
    }
    for (name, value) in server.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.env("STAFF_EMAIL", "manager@dewyhotel.com");
    (world, command)
}

/// The command as it runs on that stage: `cargo run` is the binary, nobody is there to say yes, and copies stay in the folder.
fn staged(command: &str) -> String {
    // A day that a document shows stands for a day of the past, whenever this runs.
    let mut staged = command.replace(" /backup/", " backup/").replace("2026-11-28", &day(-1));
    if let Some((server, rest)) =
        command.strip_prefix("cargo run -p ").and_then(|rest| rest.split_once(" -- "))
    {
        assert!(tests::SERVERS.contains(&server), "{command}");
        staged = format!("{server} {rest}");
    }
    if staged.contains(" config ") && staged.ends_with("--write") {
        staged += " --yes";
    }
    staged
}

#[tokio::test]
async fn every_command_of_the_documents_runs_or_is_listed_with_the_reason() {
    let (mut wrong, mut used, mut ran) = (vec![], BTreeSet::new(), 0);
    for document in documents() {
        for block in blocks(&document, "sh") {
            let (_world, stage) = stage().await;
            for command in commands(&block) {
                if let Some((begins, _)) = not_here(&command) {
                    used.insert(*begins);
                    continue;
                }
                let mut shell = Command::new(stage.get_program());
                shell.env_clear().current_dir(stage.get_current_dir().unwrap()).kill_on_drop(true);
                shell.envs(stage.get_envs().filter_map(|(name, value)| Some((name, value?))));
                shell.args(["-euc", &staged(&command)]).stdin(std::process::Stdio::null());
                let output = tokio::time::timeout(PATIENCE, shell.output()).await;
                let output =
                    output.unwrap_or_else(|_| panic!("{document}: {command}: it does not end")).unwrap();
                let expected = EXIT_CODES.iter().find(|(begins, _)| command.starts_with(begins));
                let expected = expected.map_or(0, |(begins, code)| {
                    used.insert(*begins);
                    *code
                });
                if output.status.code() != Some(expected) {
                    let said = String::from_utf8_lossy(&output.stderr);
                    wrong.push(format!("{document}: {command}: {:?}: {said}", output.status.code()));
                }
                ran += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "neither run nor listed:\n{}", wrong.join("\n"));
    let listed =
        NOT_HERE.iter().map(|(begins, _)| *begins).chain(EXIT_CODES.iter().map(|(begins, _)| *begins));
    let unused: Vec<_> = listed.filter(|begins| !used.contains(begins)).collect();
    assert!(unused.is_empty(), "no document has these any more: {unused:?}");
    assert!(ran > 25, "{ran} commands were run");
}

#[test]
fn what_is_left_to_others_is_done_there() {
    for (command, why) in NOT_HERE {
        match why {
            Why::Ci(script, text) => assert!(file(script).contains(text), "{script} does not run {command}"),
            Why::Test(name) => {
                let (module, test) = name.rsplit_once("::").unwrap_or_default();
                let source = file(&format!("tests/it/{}.rs", module.replace("::", "/")));
                assert!(source.contains(&format!("fn {test}()")), "there is no test {name}");
            }
            Why::Needs(what) => assert!(what.len() > 3, "{command}"),
        }
    }
}
