//! What `serve --http` refuses to start with, and what it says.

use tests::{Backend, SERVERS, World};

async fn refused(arguments: &[&str], env: &[(&str, &str)], says: &[&str]) {
    for server in SERVERS {
        let world = World::on(Backend::Embedded);
        let ran = world.run(server, &[&["serve"], arguments].concat(), env, "").await;
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{says:?}: {ran:?}");
        for word in says {
            assert!(ran.stderr.contains(word), "{word:?} is not in {}", ran.stderr);
        }
        assert!(!world.data().exists(), "{says:?}: something was opened");
    }
}

const HERE: &[&str] = &["--http", "127.0.0.1:0"];
const EVERYWHERE: &[&str] = &["--http", "0.0.0.0:0"];
const ISSUER: (&str, &str) = ("HOTEL_HTTP_ISSUER", "https://id.example");
const AUDIENCE: (&str, &str) = ("HOTEL_HTTP_AUDIENCE", "hotel");

#[tokio::test]
async fn nobody_is_served_without_somebody_to_say_who_asks() {
    refused(HERE, &[], &["HOTEL_HTTP_ISSUER: missing", "--dev"]).await;
    refused(EVERYWHERE, &[], &["HOTEL_HTTP_ISSUER: missing"]).await;
    refused(&["--http", "[::]:0"], &[], &["HOTEL_HTTP_ISSUER: missing"]).await;
    refused(&[EVERYWHERE, &["--dev"]].concat(), &[], &["--dev: only on this machine"]).await;
    refused(&[HERE, &["--dev"]].concat(), &[ISSUER, AUDIENCE], &["--dev: not with HOTEL_HTTP_ISSUER"]).await;
}

#[tokio::test]
async fn whom_a_server_of_many_acts_for_is_no_setting() {
    let both = [("GUEST_EMAIL", "sarah@example.com"), ("STAFF_EMAIL", "manager@dewyhotel.com")];
    refused(&[HERE, &["--dev"]].concat(), &both, &["_EMAIL: not with serve --http"]).await;
}

#[tokio::test]
async fn settings_by_half_and_misspelt_ones_are_named() {
    refused(HERE, &[ISSUER], &["HOTEL_HTTP_AUDIENCE: missing"]).await;
    refused(HERE, &[AUDIENCE], &["HOTEL_HTTP_ISSUER: missing"]).await;
    refused(HERE, &[ISSUER, AUDIENCE, ("HOTEL_HTTP_JWKS", "http://id.example/keys")], &["HOTEL_HTTP_JWKS: "])
        .await;
    refused(HERE, &[("HOTEL_HTTP_ISSUER", "http://id.example"), AUDIENCE], &["HOTEL_HTTP_ISSUER: "]).await;
    refused(HERE, &[ISSUER, AUDIENCE, ("HOTEL_HTTP_HOST", "a.example")], &["did you mean HOTEL_HTTP_HOSTS?"])
        .await;
    let other_commands = World::on(Backend::Embedded);
    let ran = other_commands.run("staff-server", &["call", "search_contacts"], &[ISSUER], "").await;
    assert_eq!(ran.code, Some(2), "a half setting is an error of every command: {ran:?}");
}

#[tokio::test]
async fn an_address_is_one_of_this_machine_with_its_port() {
    for address in ["8765", "here:8765", "127.0.0.1", ""] {
        refused(
            &["--http", address, "--dev"],
            &[],
            &["give an IP address and a port, such as 127.0.0.1:8765"],
        )
        .await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_of_development_is_its_users_alone_and_of_its_hotel_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::on(Backend::Embedded);
    let token = world.dev_token("guest-server", super::BETH);
    assert_eq!(token.split('.').count(), 3, "{token}");
    let key = std::fs::metadata(world.data().join("http-dev-key.p8")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    let server = super::dev(&world, "guest-server", &[]);
    let address = server.address().await;
    assert_eq!(super::status(&address, &token).await, 200);
    let elsewhere = World::on(Backend::Embedded).dev_token("guest-server", super::BETH);
    assert_eq!(super::status(&address, &elsewhere).await, 401);
    let ran = world.run("guest-server", &["dev-token", "beth"], &[], "").await;
    assert!(ran.code == Some(2) && ran.stderr.contains("EMAIL: "), "{ran:?}");
}
