//! What helps a person and an agent beside the tools: prompts, completions, manuals.

mod completions;
mod manuals;
mod prompts;

use serde_json::Value;
use tests::Server;

/// The result of a request of 2026-07-28.
async fn asked(server: &Server, method: &str, params: Value) -> Value {
    let answer = server.request(method, params).await.expect("an answer");
    assert!(answer["result"].is_object(), "{method}: {answer}");
    answer["result"].clone()
}

/// The message of a request that is refused because of its parameters.
async fn refused(server: &Server, method: &str, params: Value) -> String {
    let answer = server.request(method, params).await.expect("an answer");
    assert_eq!(answer["error"]["code"], -32602, "{method}: {answer}");
    answer["error"]["message"].as_str().expect("a message").to_owned()
}
