//! A file of settings that cannot be read: the place is named, never what stands there.

use super::{SERVERS, nowhere, refused};
use tests::{Backend, World};

#[tokio::test]
async fn a_line_that_cannot_be_read_is_named_and_not_repeated() {
    let cases = [
        ("STRIPE_SECRET_KEY=rk_test_hush hush\n", "line 1 (STRIPE_SECRET_KEY)"),
        ("# texts\n\nTWILIO_AUTH_TOKEN='hush\n", "line 3 (TWILIO_AUTH_TOKEN)"),
        (
            "HOTEL_DATA=./elsewhere\nexport SALESFORCE_CLIENT_SECRET=\"hush\n",
            "line 2 (SALESFORCE_CLIENT_SECRET)",
        ),
        ("HOTEL_DATA=./elsewhere\nhush\n", "line 2 cannot"),
        // Whatever stands there is no name of ours.
        ("HOTEL_DATA=./elsewhere\nhush hush=hush\n", "line 2 cannot"),
    ];
    for (text, place) in cases {
        let world = nowhere();
        world.write(".env", text);
        let file = world.write("mine.env", text).display().to_string();
        let elsewhere = file.replace("mine.env", "elsewhere");
        for server in SERVERS {
            for arguments in [&[][..], &["tools"], &["call", "search_available_rooms"]] {
                let help = "a value with spaces in quotes";
                refused(
                    &world,
                    &world.run(server, arguments, &[], "").await,
                    &["error: .env: ", place, help],
                );
                let given = [&["--env-file", &file], arguments].concat();
                let says = format!("error: --env-file {file}: ");
                refused(&world, &world.run(server, &given, &[], "").await, &[&says, place, help]);
            }
        }
        assert!(!std::path::Path::new(&elsewhere).exists());
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_or_is_not_text_is_named() {
    let world = nowhere();
    let folder = world.write("a", "").parent().expect("a folder").to_owned();
    std::fs::write(folder.join("binary.env"), b"STRIPE_SECRET_KEY=hush\xff\n").expect("a file");
    for file in ["nowhere.env", "binary.env", "."] {
        for server in SERVERS {
            let ran = world.run(server, &["--env-file", file], &[], "").await;
            refused(&world, &ran, &[&format!("error: --env-file {file}: ")]);
        }
    }
}

#[tokio::test]
async fn help_is_given_whatever_the_file() {
    let world = nowhere();
    world.write(".env", "hush hush\n");
    for server in SERVERS {
        for arguments in [&["--help"][..], &["--version"], &["--env-file", "nowhere.env", "--help"]] {
            let ran = world.run(server, arguments, &[], "").await;
            assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{arguments:?}");
        }
    }
}

#[tokio::test]
async fn the_rules_are_the_same_for_a_file() {
    let world = nowhere();
    world.write(".env", "TWILIO_AUTH_TOKEN=hush\nTWILIO_FROM=+15550100000\n");
    for server in SERVERS {
        refused(&world, &world.run(server, &[], &[], "").await, &["error: TWILIO_ACCOUNT_SID: missing"]);
    }
}

/// What is empty counts as not set, wherever it is empty.
#[tokio::test]
async fn an_empty_variable_of_the_process_leaves_the_files_value() {
    let world = World::on(Backend::Embedded);
    world.write(".env", "GUEST_EMAIL=\nGUEST_EMAIL=\"beth.gibbs@email.com\"\n");
    let whose = ["call", "search_bookings_on_behalf_of_guest"];
    let ran = world.run(SERVERS[0], &whose, &[("GUEST_EMAIL", "")], "").await;
    assert!(ran.code == Some(0) && ran.stdout.contains("BK-0001"), "{ran:?}");
    let ran = world.run(SERVERS[0], &whose, &[("GUEST_EMAIL", "sarah@example.com")], "").await;
    assert!(ran.code == Some(0) && ran.stdout.contains("BK-0003"), "{ran:?}");
}

#[tokio::test]
async fn a_setting_with_two_values_is_named() {
    let world = nowhere();
    world.write(
        ".env",
        "GUEST_EMAIL=beth.gibbs@email.com\nHOTEL_CURRENCY=usd\nGUEST_EMAIL=sarah@example.com\n",
    );
    for server in SERVERS {
        let says = ["error: .env: GUEST_EMAIL is given twice"];
        refused(&world, &world.run(server, &[], &[], "").await, &says);
    }
}
