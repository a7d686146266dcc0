//! A secret may be in a file of its own (`STRIPE_SECRET_KEY_FILE`), as systemd and containers give it.

use super::{BOUND, SERVERS, nowhere, refused};
use tests::fakes::{Salesforce, Stripe, Twilio};
use tests::{Backend, World};

const TWINS: [(&str, &str); 5] = skills::settings::SECRETS;

#[tokio::test]
async fn a_server_finds_its_secrets_in_files() {
    let world = World::on(Backend::Embedded).with_env("STRIPE_RETURN_URL", "https://hotel.example/back");
    let (org, stripe, twilio) = (Salesforce::new(), Stripe::start(), Twilio::start());
    let mut env = [org.env(), stripe.env(), twilio.env()].concat();
    for (name, value) in &mut env {
        if let Some((_, file)) = TWINS.iter().find(|(secret, _)| secret == name) {
            // As `echo` writes it, or an editor of Windows.
            *value = world.write(file, &format!("{value}\r\n")).display().to_string();
            *name = file;
        }
    }
    assert_eq!(env.iter().filter(|(name, _)| name.ends_with("_FILE")).count(), 3, "{env:?}");
    let env: Vec<_> = env.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let ran = world.run("staff-server", &["doctor", "--json"], &env, "").await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let called = world.run("staff-server", &["call", "search_contacts"], &env, "").await;
    assert!(called.code == Some(0) && org.calls() > 0, "{called:?}");
}

#[tokio::test]
async fn a_secret_is_given_in_one_way() {
    for (secret, variable) in TWINS {
        let world = nowhere();
        let file = world.write("secret", "hush\n").display().to_string();
        let env = [&BOUND[..], &[(secret, "hush"), (variable, file.as_str())]].concat();
        for server in SERVERS {
            let ran = world.run(server, &[], &env, "").await;
            refused(&world, &ran, &[&format!("error: {variable}: given beside {secret}")]);
        }
    }
}

#[tokio::test]
async fn a_file_without_a_secret_is_named_with_its_variable() {
    let cases = [
        ("nothing there", None, "cannot be read"),
        ("empty", Some("\n"), "is empty"),
        ("two lines", Some("hush\nhush\n"), "more than one line"),
        ("not a key", Some("hush\n"), "rk_"),
    ];
    for (name, content, says) in cases {
        let world = nowhere();
        let beside = world.write("beside", "");
        let file = beside.with_file_name(name);
        if let Some(content) = content {
            std::fs::write(&file, content).unwrap();
        }
        let file = file.display().to_string();
        for server in SERVERS {
            let env = [&BOUND[..], &[("STRIPE_SECRET_KEY_FILE", file.as_str())]].concat();
            let ran = world.run(server, &["call", "search_available_rooms"], &env, "").await;
            refused(&world, &ran, &["error: STRIPE_SECRET_KEY_FILE: ", says]);
        }
    }
}

/// Who gives the secret where its file belongs does not read it in the log afterwards.
#[tokio::test]
async fn a_secret_in_the_place_of_its_file_is_not_repeated() {
    for given in ["sk_live_hush", "hush$HOME", "secrets/hush"] {
        let world = nowhere();
        for server in SERVERS {
            let env = [&BOUND[..], &[("STRIPE_SECRET_KEY_FILE", given)]].concat();
            let ran = world.run(server, &["call", "search_available_rooms"], &env, "").await;
            refused(&world, &ran, &["error: STRIPE_SECRET_KEY_FILE: give the whole path of a file"]);
            assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("hush"), "{ran:?}");
        }
    }
}

#[tokio::test]
async fn an_unexpanded_place_is_refused_and_what_is_empty_is_not_set() {
    let world = nowhere();
    let unexpanded = [&BOUND[..], &[("TWILIO_AUTH_TOKEN_FILE", "${CREDENTIALS_DIRECTORY}/twilio")]].concat();
    let ran = world.run("staff-server", &[], &unexpanded, "").await;
    refused(&world, &ran, &["error: TWILIO_AUTH_TOKEN_FILE: ", "${CREDENTIALS_DIRECTORY}"]);
    super::both_start(&[("STRIPE_SECRET_KEY_FILE", "")]).await;
}
