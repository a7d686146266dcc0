//! The command line, the same for both binaries: what is printed, and the exit code.

#[cfg(unix)]
mod board;
#[cfg(target_os = "linux")]
mod clients;
mod pipes;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
pub(crate) mod terminals;
mod typed;

use serde_json::{Value, json};
use tests::{Ran, SERVERS, World};

fn tool_names(ran: &Ran) -> Vec<String> {
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran.json().as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

/// Misuse: exit code 2, nothing on stdout, and stderr says what to look at.
fn misused(ran: &Ran, about: &str) {
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{}", ran.stderr);
    assert!(ran.stderr.contains(about), "{about}: {}", ran.stderr);
}

#[tokio::test]
async fn the_version_and_the_help_are_the_servers_own() {
    let world = World::new();
    for name in SERVERS {
        let version = world.run(name, &["--version"], &[], "").await;
        assert_eq!(version.stdout, format!("{name} {}\n", env!("CARGO_PKG_VERSION")));
        let help = world.run(name, &["--help"], &[], "").await;
        assert_eq!(help.code, Some(0));
        for word in [name, "tools", "call", "demo", "--read-only", "--exclude-tools", "--env-file"] {
            assert!(help.stdout.contains(word), "{word}: {}", help.stdout);
        }
        misused(&world.run(name, &["nonsense"], &[], "").await, "nonsense");
        misused(&world.run(name, &["--nonsense"], &[], "").await, "--nonsense");
    }
}

/// What a guest's server cannot do is not in its help, nor a suggestion of it.
#[tokio::test]
async fn only_the_staffs_server_has_the_operators_commands() {
    let world = World::new();
    let staff = world.run("staff-server", &["--help"], &[], "").await;
    let guest = world.run("guest-server", &["--help"], &[], "").await;
    for command in ["reconcile", "doctor", "setup", "backup", "forget"] {
        assert!(staff.stdout.contains(&format!("\n  {command} ")), "{command}: {}", staff.stdout);
        assert!(!guest.stdout.contains(command), "{command}: {}", guest.stdout);
        for arguments in [&[command][..], &[command, "--help"], &["help", command], &["--read-only", command]]
        {
            let ran = world.run("guest-server", arguments, &[], "").await;
            misused(&ran, command);
        }
        misused(&world.run("guest-server", &[command], &[], "").await, "is for staff-server");
    }
    assert!(!world.data().exists());
}

#[tokio::test]
async fn tools_lists_each_with_its_first_sentence() {
    let world = World::new();
    for name in SERVERS {
        let plain = world.run(name, &["tools"], &[], "").await;
        let described = world.run(name, &["tools", "--json"], &[], "").await;
        let tools = described.json().as_array().unwrap().clone();
        assert_eq!(plain.stdout.lines().count(), tools.len());
        for (line, tool) in plain.stdout.lines().zip(tools) {
            let (name, sentence) = line.split_once(' ').unwrap();
            assert_eq!(name, tool["name"]);
            let description = tool["description"].as_str().unwrap();
            assert!(sentence.ends_with('.') && description.starts_with(sentence.trim()), "{line}");
        }
    }
    assert!(!world.data().exists(), "to list tools no hotel is opened");
}

#[tokio::test]
async fn tools_as_json_is_what_the_protocol_lists() {
    let world = World::new();
    for name in SERVERS {
        for arguments in [&[][..], &["--read-only"], &["--exclude-tools", "check_in_guest"]] {
            let printed = world.run(name, &[arguments, &["tools", "--json"]].concat(), &[], "").await;
            let server = world.start(name, arguments, &[]);
            let listed = server.request("tools/list", json!({})).await.unwrap();
            assert_eq!(printed.json(), listed["result"]["tools"], "{name} {arguments:?}");
        }
    }
}

#[tokio::test]
async fn call_prints_the_answer_and_ends_with_0_if_it_is_a_success() {
    let world = World::new();
    let ran = world.run_staff(&["call", "check_in_guest", r#"{"guest_email": "sarah@example.com"}"#]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.json()["data"]["room_number"], "205");
    let without_arguments = world.run_staff(&["call", "search_contacts"]).await;
    assert_eq!(without_arguments.code, Some(0));
    let told = world.staff().call("search_contacts", json!({})).await;
    assert_eq!(without_arguments.json(), told.0, "exactly as the protocol answers");
}

#[tokio::test]
async fn call_ends_with_1_if_the_tool_refuses() {
    let world = World::new();
    let refused = [
        (r#"{"guest_email": "nobody@example.com"}"#, "GUEST_NOT_FOUND"),
        (r#"{"guest_email": "sofia.martinez@example.com"}"#, "ROOM_NOT_VACANT"),
        (r#"{"guest_email": 7}"#, "VALIDATION_ERROR"),
        ("{}", "VALIDATION_ERROR"),
    ];
    for (arguments, code) in refused {
        let ran = world.run_staff(&["call", "check_in_guest", arguments]).await;
        assert_eq!((ran.code, &ran.json()["error_code"]), (Some(1), &json!(code)), "{arguments}");
    }
}

#[tokio::test]
async fn call_ends_with_2_if_it_is_misused() {
    let world = World::new();
    misused(&world.run_staff(&["call", "no_such_tool", "{}"]).await, "no_such_tool");
    misused(&world.run_staff(&["call", "check_in_guest", "{not json"]).await, "JSON");
    misused(&world.run_staff(&["call"]).await, "TOOL");
    let staffs = world.run("guest-server", &["call", "assign_room", "{}"], &[], "").await;
    misused(&staffs, "assign_room");
    misused(&world.run_staff(&["--read-only", "call", "check_in_guest", "{}"]).await, "check_in_guest");
}

#[tokio::test]
async fn read_only_offers_only_what_changes_nothing() {
    let world = World::new();
    let read_only = |tools: &Value| {
        let all = tools.as_array().unwrap();
        !all.is_empty() && all.iter().all(|tool| tool["annotations"]["readOnlyHint"] == true)
    };
    for name in SERVERS {
        let by_flag = world.run(name, &["--read-only", "tools", "--json"], &[], "").await;
        assert!(read_only(&by_flag.json()), "{name}");
        for yes in ["true", "1", "yes", "TRUE"] {
            let env = [("HOTEL_READ_ONLY", yes)];
            let by_variable = world.run(name, &["tools", "--json"], &env, "").await;
            assert_eq!(by_variable.json(), by_flag.json(), "{name} {yes}");
        }
        let all = tool_names(&world.run(name, &["tools", "--json"], &[], "").await);
        for no in ["false", "0", ""] {
            let env = [("HOTEL_READ_ONLY", no)];
            assert_eq!(
                tool_names(&world.run(name, &["tools", "--json"], &env, "").await),
                all,
                "{name} {no:?}"
            );
        }
    }
    misused(
        &world.run("staff-server", &["tools"], &[("HOTEL_READ_ONLY", "maybe")], "").await,
        "HOTEL_READ_ONLY",
    );
}

#[tokio::test]
async fn a_tool_that_is_not_offered_cannot_be_called() {
    let world = World::new();
    let arguments = json!({"name": "check_in_guest", "arguments": {"guest_email": "sarah@example.com"}});
    for narrowed in [&["--read-only"][..], &["--exclude-tools", "check_in_guest,create_case"]] {
        let server = world.start("staff-server", narrowed, &[]);
        let answer = server.request("tools/call", arguments.clone()).await.unwrap();
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
        let rooms = server.call("search_rooms_on_behalf_of_staff", json!({"room_number": "205"})).await;
        assert_eq!(rooms.data()["rooms"][0]["status"], "Vacant");
    }
}

#[tokio::test]
async fn tools_are_left_out_by_flag_and_by_variable() {
    let world = World::new();
    let list = ["tools", "--json"];
    let all = tool_names(&world.run_staff(&list).await);
    let rest: Vec<_> =
        all.iter().filter(|name| !["create_case", "assign_room"].contains(&name.as_str())).cloned().collect();
    let by_flag = world.run_staff(&["--exclude-tools", "create_case,assign_room", "tools", "--json"]).await;
    assert_eq!(tool_names(&by_flag), rest);
    let spaced = [("HOTEL_EXCLUDE_TOOLS", " create_case, assign_room ,")];
    assert_eq!(tool_names(&world.run("staff-server", &list, &spaced, "").await), rest);
    let empty = [("HOTEL_EXCLUDE_TOOLS", "")];
    assert_eq!(tool_names(&world.run("staff-server", &list, &empty, "").await), all);
    // Both servers may share one environment: what only the other one has is no mistake; what nobody has is.
    let guest = world.run("guest-server", &list, &spaced, "").await;
    assert_eq!(tool_names(&guest).len(), 10);
    for nobodys in ["create_cace", "move_room", "look_up", "finish_paid_checkout"] {
        misused(&world.run_staff(&["--exclude-tools", nobodys, "tools"]).await, nobodys);
    }
    let guests = tool_names(&world.run("guest-server", &list, &[], "").await);
    for (server, others) in [("guest-server", all), ("staff-server", guests)] {
        let env = [("HOTEL_EXCLUDE_TOOLS", others.join(","))];
        let env = env.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(world.run(server, &list, &env, "").await.code, Some(0), "{server}");
    }
}

/// Whose bookings a guest-server shows that is started like this.
async fn whose(world: &World, arguments: &[&str], env: &[(&str, &str)]) -> Value {
    let call = [arguments, &["call", "search_bookings_on_behalf_of_guest"]].concat();
    world.run("guest-server", &call, env, "").await.json()["data"]["bookings"][0]["guest_email"].clone()
}

#[tokio::test]
async fn a_variable_of_the_process_wins_over_a_file_and_env_file_replaces_dot_env() {
    let world = World::new();
    world.write(".env", "GUEST_EMAIL=sarah@example.com\n");
    let other = world.write("other.env", "# whose server this is\nGUEST_EMAIL='beth.gibbs@email.com'\n");
    let other = other.to_str().unwrap();
    assert_eq!(whose(&world, &[], &[]).await, "sarah@example.com");
    assert_eq!(whose(&world, &["--env-file", other], &[]).await, "beth.gibbs@email.com");
    assert_eq!(whose(&world, &[&format!("--env-file={other}")], &[]).await, "beth.gibbs@email.com");
    let process = [("GUEST_EMAIL", "carl.smith@example.com")];
    assert_eq!(whose(&world, &[], &process).await, "carl.smith@example.com");
    assert_eq!(whose(&world, &["--env-file", other], &process).await, "carl.smith@example.com");
    world.write("empty.env", "");
    let kiosk =
        world.run("guest-server", &["--env-file", "empty.env", "call", "check_in_guest"], &[], "").await;
    assert_eq!(kiosk.json()["details"]["field"], "guest_email", "{kiosk:?}");
}

#[tokio::test]
async fn what_a_flag_sets_a_file_may_set() {
    let world = World::new();
    world.write(".env", "HOTEL_READ_ONLY=true\nHOTEL_EXCLUDE_TOOLS=search_contacts\n");
    let offered = tool_names(&world.run_staff(&["tools", "--json"]).await);
    assert!(!offered.contains(&"check_in_guest".into()) && !offered.contains(&"search_contacts".into()));
    let all = world.run("staff-server", &["tools", "--json"], &[("HOTEL_READ_ONLY", "false")], "").await;
    assert!(tool_names(&all).contains(&"check_in_guest".into()));
}

#[tokio::test]
async fn only_the_working_directorys_dot_env_is_read() {
    let world = World::new();
    let above = world.write(".env", "HOTEL_TIMEZONE=Nowhere/Land\n");
    let below = above.parent().unwrap().join("below");
    std::fs::create_dir(&below).unwrap();
    let mut command = world.command("staff-server", &["call", "search_contacts"], &[]);
    assert_eq!(command.current_dir(&below).output().await.unwrap().status.code(), Some(0));
    misused(&world.run_staff(&["call", "search_contacts"]).await, "HOTEL_TIMEZONE");
}

#[tokio::test]
async fn reconciling_a_clean_hotel_finds_nothing() {
    let world = World::new();
    world.staff().call("check_in_guest", json!({"guest_email": "sarah@example.com"})).await.data();
    let ran = world.run_staff(&["reconcile", "--json"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!((&ran.json()["pending"], &ran.json()["needs_attention"]), (&json!([]), &json!([])));
    let ran = world.run_staff(&["reconcile"]).await;
    assert!(ran.code == Some(0) && ran.stdout.contains("Nothing needs a person."), "{ran:?}");
    misused(&world.run("guest-server", &["reconcile"], &[], "").await, "staff-server");
}

#[cfg(unix)]
#[tokio::test]
async fn the_data_is_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let server = world.staff();
    let out = json!({"guest_email": "beth.gibbs@email.com", "payment_method_id": "pm_card_visa"});
    server.call("process_guest_checkout", out).await.data();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&world.data()), 0o700);
    let files: Vec<_> = std::fs::read_dir(world.data()).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.len() >= 4, "while it runs, the files of SQLite's log are there too: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}
