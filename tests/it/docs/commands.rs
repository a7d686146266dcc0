//! Every command of the documents is run, or is on the list of those that are not, with the reason. A command is a line of a block
//! that is marked as `sh`. Those of one block are run one after the other, each block on a hotel of its own.

use super::{file, names_of_settings, root};
use std::collections::BTreeSet;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;
use tests::{World, binary};
use tokio::process::Command;

/// How long one command may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a command is not run here.
enum Why {
    /// A script of CI runs it; the script has this text.
    Ci(&'static str, &'static str),
    /// It needs what a test does not have.
    Needs(&'static str),
}

/// The commands that are not run here, by how they begin.
const NOT_HERE: &[(&str, Why)] = &[
    ("cargo test --workspace", Why::Ci(".ci/run", "cargo test --workspace")),
    ("cargo test -p tests tau::", Why::Ci(".ci/run", "cargo test --workspace")),
    ("TAU=beth-leaves cargo test -p tests tau::", Why::Ci(".ci/run", "cargo test --workspace")),
    ("cargo build --release", Why::Ci(".ci/release", "--release")),
    ("cargo build -p tests --example task", Why::Ci(".ci/run", "--example task")),
    ("python docs/examples/play_tasks.py", Why::Ci("tests/clients/run", "docs/examples/play_tasks.py")),
    (
        "cargo install --locked cargo-deny",
        Why::Needs("minutes and the network; tests/dependencies.py checks most of it"),
    ),
    ("claude mcp add", Why::Needs("Claude Code")),
    ("codex mcp add", Why::Needs("Codex")),
    ("cd salesforce", Why::Needs("the command line of Salesforce, and an org")),
    ("sf ", Why::Needs("the command line of Salesforce, and an org")),
    ("staff-server setup", Why::Needs("an org; `setup` runs it on the stand-in")),
    ("guest-server serve", Why::Needs("a port that is free, and does not end; `http::starts` starts it")),
    ("curl ", Why::Needs("curl, and the server of the block before; `http::eras` asks the same")),
];

/// The commands that end with another code than 0.
const EXIT_CODES: &[(&str, i32)] =
    &[("echo \"That was 299.98. Have a good journey.\" | target/debug/examples/task end", 1)];

/// The documents with commands.
fn documents() -> Vec<String> {
    fn collect(folder: &Path, into: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                into.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    let mut names: Vec<String> = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(str::to_owned).into();
    collect(&root().join("docs"), &mut names);
    names.sort();
    names
}

/// The blocks of a document that are marked with this word.
fn blocks(document: &str, word: &str) -> Vec<String> {
    let text = file(document);
    let mut blocks = vec![];
    // Every second part is inside a fence. Its first line is what it is marked with.
    for block in text.split("\n```").skip(1).step_by(2) {
        let (marked, inside) = block.split_once('\n').unwrap_or((block, ""));
        if marked == word {
            blocks.push(inside.to_owned());
        }
    }
    blocks
}

/// The commands of a block, without comments, with lines that end with `\` joined.
fn commands(block: &str) -> Vec<String> {
    let block = block.replace("\\\n", " ");
    let bare = |line: &str| line.split(" #").next().unwrap_or_default().trim().to_owned();
    block.lines().map(bare).filter(|line| !line.is_empty()).collect()
}

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
    let mut staged = command.replace(" /backup/", " backup/");
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
fn what_is_left_to_ci_is_in_a_script_of_it() {
    for (command, why) in NOT_HERE {
        match why {
            Why::Ci(script, text) => assert!(file(script).contains(text), "{script} does not run {command}"),
            Why::Needs(what) => assert!(what.len() > 3, "{command}"),
        }
    }
}

/// A block without a word shows what is printed. What people type is marked.
#[test]
fn blocks_of_commands_are_marked() {
    let begins = [
        "cargo ",
        "staff-server ",
        "guest-server ",
        "target/",
        "$ ",
        "claude ",
        "codex ",
        "sf ",
        "python",
        "curl ",
    ];
    for document in documents() {
        for block in blocks(&document, "") {
            let typed = block.lines().find(|line| begins.iter().any(|begins| line.starts_with(begins)));
            assert_eq!(typed, None, "{document}: mark its block as sh");
        }
    }
}

#[test]
fn each_setting_that_a_document_shows_exists() {
    let known = names_of_settings();
    let mut shown = 0;
    for document in documents() {
        for line in blocks(&document, "dotenv").iter().flat_map(|block| block.lines()) {
            let name = line.split('=').next().unwrap_or_default();
            assert!(known.iter().any(|known| known == name), "{document}: {line}");
            shown += 1;
        }
    }
    assert!(shown > 5, "{shown}");
}

/// Commands within sentences, such as `staff-server reconcile --fix`: there is such a command, with such options.
#[test]
fn the_commands_within_sentences_exist() {
    let mut seen = 0;
    for document in documents() {
        let text = file(&document);
        for quoted in text.split('`').filter(|text| !text.contains("\n\n")) {
            let words: Vec<&str> = quoted.split_whitespace().collect();
            let at = tests::SERVERS.iter().position(|server| words.first() == Some(server));
            let (Some(at), Some(name)) = (at, words.get(1)) else { continue };
            let grammar = orchestrators::cli::grammar(tests::SERVERS[at], &crate::personas()[at]);
            let given = words.iter().filter_map(|word| word.strip_prefix("--")?.split('=').next());
            let command = grammar.find_subcommand(name);
            assert!(command.is_some() || name.starts_with('-') || *name == "…", "{document}: {quoted}");
            for option in given {
                let is_known = grammar.get_arguments().any(|known| known.get_long() == Some(option))
                    || command.is_some_and(|command| {
                        command.get_arguments().any(|known| known.get_long() == Some(option))
                    });
                assert!(
                    is_known || ["help", "version"].contains(&option),
                    "{document}: {quoted}: --{option}"
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}
