//! docs/http.md: its server is started as the page says, but on a free port, and its request is made.

use super::blocks::{blocks, commands};
use serde_json::Value;
use tests::{Backend, Caller, World};

/// What a shell would give to curl, word by word.
async fn words_of_curl(command: &str, token: &str) -> Vec<String> {
    let script = format!("curl() {{ printf '%s\\n' \"$@\"; }}\n{command}");
    let mut shell = tokio::process::Command::new("sh");
    let output = shell.args(["-euc", &script]).env("TOKEN", token).output().await.expect("a shell");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn the_request_of_the_page_on_http_is_answered() {
    let lines: Vec<String> = blocks("docs/http.md", "sh").iter().flat_map(|block| commands(block)).collect();
    let [serve, token, curl] = lines.as_slice() else { panic!("{lines:?}") };
    let (place, world) = ("127.0.0.1:8765", World::on(Backend::Embedded));
    assert!(serve.contains(place) && curl.contains(&format!("http://{place}/mcp")), "{serve}; {curl}");

    let serve = serve.replace(place, "127.0.0.1:0");
    let words: Vec<&str> = serve.split(' ').collect();
    let server = world.start(words[0], &words[1..], &[]);
    let address = server.address().await;
    let words: Vec<&str> = token.split(' ').collect();
    let token = world.run(words[0], &words[1..], &[], "").await;
    assert_eq!(token.code, Some(0), "{token:?}");

    let words = words_of_curl(curl, token.stdout.trim()).await;
    let mut request = Caller::new(None).client().post(&address);
    for pair in words[1..].chunks(2) {
        request = match pair {
            [flag, header] if flag == "-H" => {
                let (name, value) = header.split_once(": ").expect("a header");
                request.header(name, value)
            }
            [flag, body] if flag == "-d" => request.body(body.clone()),
            other => panic!("{other:?}"),
        };
    }
    let reply = request.send().await.expect("an answer").text().await.expect("text");
    let reply: Value = serde_json::from_str(&reply).unwrap_or_else(|_| panic!("{reply}"));
    let found = &reply["result"]["structuredContent"]["data"]["bookings"][0]["booking_number"];
    assert_eq!(found, "BK-0003", "{reply}");
}
