//! A client starts a server without a shell: what a shell would have expanded is expanded where that is safe, and refused
//! where it is not. It never becomes the name of a new hotel's folder.

use super::{ORG, SERVERS, none_starts, nowhere, refused};
use serde_json::json;

#[tokio::test]
async fn a_place_holder_in_a_folder_a_host_or_an_email_is_refused() {
    let cases = [
        ("HOTEL_DATA", "${HOME}/hotel", "${HOME}"),
        ("HOTEL_DATA", "$HOME/hotel", "$HOME"),
        ("HOTEL_DATA", r"%APPDATA%\hotel", "%APPDATA%"),
        ("HOTEL_DATA", "/var/lib/${USER}", "${USER}"),
        ("HOTEL_DATA", "$(pwd)/hotel", "$(pwd)"),
        ("HOTEL_DATA", "~beth/hotel", "~/"),
        ("GUEST_EMAIL", "${GUEST}@example.com", "${GUEST}"),
        ("GUEST_EMAIL", "$GUEST", "$GUEST"),
        ("STAFF_EMAIL", "%USERNAME%@dewyhotel.com", "%USERNAME%"),
        ("STRIPE_API_BASE", "https://${STRIPE_HOST}/v1", "${STRIPE_HOST}"),
        ("TWILIO_API_BASE", "https://$TWILIO_HOST", "$TWILIO_HOST"),
        ("STRIPE_RETURN_URL", "https://${HOST}/paid", "${HOST}"),
    ];
    for (variable, value, found) in cases {
        none_starts(&[(variable, value)], &[&format!("error: {variable}: "), found]).await;
    }
    let org = [("SALESFORCE_LOGIN_URL", "https://${ORG}.my.salesforce.com"), ORG[1], ORG[2]];
    none_starts(&org, &["error: SALESFORCE_LOGIN_URL: ", "${ORG}"]).await;
}

#[tokio::test]
async fn a_leading_tilde_is_the_users_own_folder() {
    let world = nowhere();
    let home = world.write("a", "").parent().expect("a folder").to_owned();
    let env = [("HOME", home.to_str().expect("a path")), ("HOTEL_DATA", "~/my hotel")];
    for server in SERVERS {
        let ran = world.run(server, &["call", "search_available_rooms"], &env, "").await;
        assert_eq!(ran.code, Some(1), "{ran:?}"); // refused for want of dates, by a hotel that is open
        assert!(home.join("my hotel/hotel.db").exists() && !home.join("~").exists());
    }
}

/// Some tokens have signs that mean something to a shell.
#[tokio::test]
async fn secrets_are_taken_as_they_are() {
    let world = nowhere();
    let key = "rk_test_hush$HOME${x}%y%~/";
    let env = [("STRIPE_SECRET_KEY", key), ("STAFF_EMAIL", "manager@dewyhotel.com")];
    let ran = world.run("staff-server", &[], &env, "").await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[tokio::test]
async fn in_a_file_variables_are_expanded_and_one_that_is_not_set_is_refused() {
    let world = nowhere();
    world.write(".env", "HOTEL_DATA=${PLACE}/inn\nSTRIPE_RETURN_URL=https://hotel.example/\n");
    let home = world.write("a", "").parent().expect("a folder").to_owned();
    let env = [("HOTEL_DATA", ""), ("PLACE", home.to_str().expect("a path"))];
    let mut command = world.command("staff-server", &["call", "search_contacts"], &env);
    let output = command.env_remove("HOTEL_DATA").output().await.expect("it ends");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("an answer");
    assert_eq!((told["success"].clone(), home.join("inn/hotel.db").exists()), (json!(true), true));
    let ran = world.run("staff-server", &[], &[], "").await;
    refused(&world, &ran, &["error: .env: HOTEL_DATA: ", "${PLACE}", "not set"]);
}
