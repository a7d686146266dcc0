//! Which hotel it is, and where that was said: who expected another one sees it.

use super::{ORG, both_start, none_starts, nowhere};
use serde_json::json;
use tests::World;

/// What a server says of itself to clients of both eras: its instructions and its title.
async fn introduced(world: &World, env: &[(&str, &str)]) -> Vec<String> {
    let mut said = vec![];
    let server = world.start("staff-server", &[], env);
    let discovered = server.request("server/discover", json!({})).await.expect("an answer")["result"].clone();
    let greeting = server.initialize("2025-06-18").await;
    for (instructions, about) in [
        (&discovered["instructions"], &discovered["_meta"]["io.modelcontextprotocol/serverInfo"]),
        (&greeting["instructions"], &greeting["serverInfo"]),
    ] {
        said.push(instructions.as_str().expect("instructions").to_owned());
        said.push(about["title"].as_str().expect("a title").to_owned());
    }
    said
}

#[tokio::test]
async fn the_sample_hotel_says_that_it_is_one_and_that_no_file_was_read() {
    let world = nowhere().with_env("RUST_LOG", "info");
    for text in introduced(&world, &[]).await {
        assert!(text.contains("the sample hotel") && text.contains("no settings file was read"), "{text}");
    }
    let ran = world.run("staff-server", &["doctor"], &[], "").await;
    assert!(ran.stdout.contains("this is the sample hotel"), "{}", ran.stdout);
    assert!(ran.stdout.contains("no settings file was read"), "{}", ran.stdout);
    let started = world.run("guest-server", &[], &[], "").await.stderr;
    assert!(started.contains("the sample hotel") && started.contains("no settings file"), "{started}");
}

#[tokio::test]
async fn an_org_is_named_by_its_host_and_the_file_by_its_path() {
    let world = nowhere().with_env("RUST_LOG", "info");
    let file = world.write("my hotel.env", "SALESFORCE_LOGIN_URL=https://dewy.my.salesforce.com/\n");
    let file = std::fs::canonicalize(file).expect("a path").display().to_string();
    let arguments = ["--env-file", &file];
    let mut server = world.start("staff-server", &arguments, &ORG[1..]);
    let greeting = server.initialize("2025-06-18").await;
    for text in [&greeting["instructions"], &greeting["serverInfo"]["title"]] {
        let text = text.as_str().expect("a text");
        assert!(text.contains("dewy.my.salesforce.com") && text.contains(&file), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }
    server.end_input().await;
    server.wait().await;
    let started = server.stderr();
    assert!(started.contains("dewy.my.salesforce.com") && started.contains(&file), "{started}");
}

#[tokio::test]
async fn a_file_beside_is_read_and_named() {
    let world = nowhere();
    world.write(".env", "HOTEL_TIMEZONE=Europe/Berlin\n");
    let ran = world.run("staff-server", &["doctor"], &[], "").await;
    assert!(ran.stdout.contains("/.env"), "{}", ran.stdout);
}

/// Real money is charged in a currency somebody has said.
#[tokio::test]
async fn a_real_system_wants_its_currency() {
    let none = ("HOTEL_CURRENCY", "");
    let texts = [
        ("TWILIO_ACCOUNT_SID", "AC01"),
        ("TWILIO_AUTH_TOKEN", "hush-token"),
        ("TWILIO_FROM", "+15550100000"),
    ];
    let stripe = [("STRIPE_SECRET_KEY", "rk_test_hush")];
    for real in [&ORG[..], &stripe, &texts] {
        none_starts(&[real, &[none]].concat(), &["error: HOTEL_CURRENCY: missing"]).await;
        both_start(&[real, &[("HOTEL_CURRENCY", "eur")]].concat()).await;
    }
    both_start(&[none]).await;
}

/// With real records, play money is a mistake unless somebody says that it is meant.
#[tokio::test]
async fn real_records_and_play_money_are_not_mixed_by_mistake() {
    for mixed in ["", "false", "0"] {
        let env = [&ORG[..], &[("HOTEL_ALLOW_MIXED", mixed)]].concat();
        none_starts(&env, &["error: STRIPE_SECRET_KEY: missing", "HOTEL_ALLOW_MIXED=true"]).await;
        both_start(&[&env[..], &[("STRIPE_SECRET_KEY", "rk_test_hush")]].concat()).await;
    }
    both_start(&[&ORG[..], &[("HOTEL_ALLOW_MIXED", "yes")]].concat()).await;
    none_starts(&[("HOTEL_ALLOW_MIXED", "perhaps")], &["error: HOTEL_ALLOW_MIXED: ", "true or false"]).await;
}
