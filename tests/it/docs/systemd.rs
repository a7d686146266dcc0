//! The units of docs/operating.md start the servers with commands and settings that there are.

use super::file;

/// The values of a key of the units, in order.
fn values(key: &str) -> Vec<String> {
    let text = file("docs/operating.md");
    text.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).map(str::to_owned).collect()
}

#[test]
fn each_unit_starts_a_server_with_a_command_that_it_has() {
    let starts = values("ExecStart");
    let mut started = vec![];
    for start in &starts {
        let words: Vec<_> = start.split_whitespace().collect();
        let at = tests::SERVERS.iter().position(|server| words[0].ends_with(&format!("/{server}")));
        let at = at.unwrap_or_else(|| panic!("{start} starts no server of ours"));
        let grammar = orchestrators::cli::grammar(tests::SERVERS[at], &crate::personas()[at]);
        let read = grammar.try_get_matches_from(&words).unwrap_or_else(|error| panic!("{start}: {error}"));
        assert_eq!(read.subcommand_name(), Some("serve"), "{start}");
        started.push(tests::SERVERS[at]);
    }
    started.sort_unstable();
    assert_eq!(started, tests::SERVERS);
}

#[test]
fn each_credential_is_given_by_a_setting_that_takes_a_file() {
    let loaded = values("LoadCredential");
    assert!(!loaded.is_empty());
    let given = values("Environment").join(" ");
    for credential in loaded {
        let name = credential.split(':').next().unwrap_or_default();
        let setting = given.split(' ').find(|one| one.ends_with(&format!("=%d/{name}")));
        let setting = setting.unwrap_or_else(|| panic!("nothing reads the credential {name}"));
        let setting = setting.split('=').next().unwrap_or_default();
        let known = skills::settings::SECRETS.iter().any(|(_, twin)| *twin == setting);
        assert!(known, "{setting} is no setting that takes a file");
    }
}
