//! Reads are recorded in a file of their own first; nobody can tell.

use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use tests::{Books, Server, World};

fn log(world: &World) -> PathBuf {
    world.data().join("reads.log")
}

async fn look(server: &Server, query: &str) {
    server.done("search_contacts", json!({"query": query})).await;
}

/// What was looked for, newest first.
async fn looked_for(staff: &Server) -> Vec<String> {
    let told = staff.call("search_tool_calls", json!({"tool": "search_contacts", "limit": 50})).await;
    let calls = told.data()["tool_calls"].as_array().unwrap();
    calls.iter().map(|call| call["arguments"]["query"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_read_of_a_killed_server_is_not_lost() {
    let world = World::new();
    let mut first = world.staff();
    look(&first, "gibbs").await;
    first.kill().await;
    assert_eq!(looked_for(&world.staff()).await, ["gibbs"]);
}

#[tokio::test]
async fn the_trail_is_in_the_order_of_time_whenever_a_read_was_sorted_in() {
    let world = World::new();
    let (first, second) = (world.staff(), world.staff());
    look(&first, "gibbs").await;
    second.done("update_room_status", json!({"room_number": "106", "status": "Vacant"})).await;
    look(&second, "smith").await;
    let all = async |limit: u8| {
        let (mut tools, mut cursor) = (vec![], Value::Null);
        loop {
            let page = json!({"cursor": cursor, "limit": limit, "guest_email": null});
            let told = first.call("search_tool_calls", page).await;
            let calls = told.data()["tool_calls"].as_array().unwrap().clone();
            tools.extend(calls.iter().map(|call| call["tool"].as_str().unwrap().to_owned()));
            cursor = told.data()["next_cursor"].clone();
            if cursor.is_null() {
                tools.retain(|tool| tool != "search_tool_calls");
                return tools;
            }
        }
    };
    let expected = ["search_contacts", "update_room_status", "search_contacts"];
    assert_eq!(all(50).await, expected);
    assert_eq!(all(1).await, expected, "page by page too");
}

/// Also not when the process died before it emptied the file; and after it was emptied, all is new.
#[tokio::test]
async fn what_was_sorted_in_is_not_sorted_in_again_and_what_is_new_always_is() {
    let world = World::new();
    let staff = world.staff();
    for query in ["one", "two"] {
        look(&staff, query).await;
        assert_eq!(looked_for(&staff).await[0], query);
    }
    assert_eq!(looked_for(&staff).await, ["two", "one"]);
    std::fs::write(log(&world), "").unwrap();
    for query in ["three", "four", "five", "six", "seven"] {
        look(&staff, query).await;
    }
    let expected = ["seven", "six", "five", "four", "three", "two", "one"];
    assert_eq!(looked_for(&staff).await, expected);
    assert_eq!(looked_for(&staff).await, expected);
}

/// Empty lines make it large; whoever looks next empties it.
#[tokio::test]
async fn a_large_file_is_emptied_and_nothing_is_lost() {
    let world = World::new();
    let staff = world.staff();
    for round in ["a", "b"] {
        for n in 0..3 {
            look(&staff, &format!("{round}{n}")).await;
        }
        let mut file = std::fs::OpenOptions::new().append(true).open(log(&world)).unwrap();
        file.write_all(&[b'\n'; 1024 * 1024]).unwrap();
        look(&staff, &format!("{round}3")).await;
        assert_eq!(looked_for(&staff).await[..4], [3, 2, 1, 0].map(|n| format!("{round}{n}")));
        assert!(std::fs::metadata(log(&world)).unwrap().len() < 1024, "emptied, and the search recorded");
    }
    assert_eq!(looked_for(&staff).await.len(), 8);
}

#[tokio::test]
async fn a_line_that_was_cut_off_costs_no_other() {
    let world = World::new();
    let staff = world.staff();
    look(&staff, "one").await;
    let mut file = std::fs::OpenOptions::new().append(true).open(log(&world)).unwrap();
    file.write_all(b"\n{\"tool\":\"search_cont\xff\xff").unwrap();
    look(&staff, "two").await;
    assert_eq!(looked_for(&staff).await, ["two", "one"]);
}

#[tokio::test]
async fn many_reads_of_several_servers_are_all_there() {
    let world = World::new();
    let servers = [world.staff(), world.staff()];
    for n in 0..150 {
        for server in &servers {
            look(server, &format!("nobody {n}")).await;
        }
    }
    let [first, second] = servers;
    second.close().await;
    first.call("search_tool_calls", json!({})).await.data();
    first.close().await;
    let counted = "SELECT count(*) || ' ' || count(DISTINCT arguments) || ' ' || min(rows) FROM calls \
                   WHERE tool = 'search_contacts'";
    assert_eq!(Books::open(&world).texts(counted), ["300 150 0"], "each of either server");
}
