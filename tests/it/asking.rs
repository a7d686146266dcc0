//! A person is asked before money moves, or before something is done that cannot be taken back. A client of 2026-07-28 gets
//! the question as the result and makes the call again with the answer; an older one is sent a request.

mod answers_of_others;
#[cfg(unix)]
mod at_the_terminal;
mod cancelled;
mod killed;
mod older;
mod picks;
mod progress;
mod settings;
mod yes_and_no;

use serde_json::{Value, json};
use tests::{Server, Told, with_capabilities};

const BETH: &str = "beth.gibbs@email.com";
const CARL: &str = "carl.smith@example.com";

/// The capabilities of a client that can ask.
pub(crate) fn can_ask() -> Value {
    json!({"elicitation": {"form": {}, "url": {}}})
}

/// What a call came to.
enum Came {
    Answer(Told),
    /// A question, with the state that must come back with its answer.
    Question {
        says: String,
        asked: Value,
        state: String,
    },
}

impl Came {
    fn question(self) -> (String, String) {
        match self {
            Self::Question { says, state, .. } => (says, state),
            Self::Answer(told) => panic!("no question, but {}", told.0),
        }
    }

    fn answer(self) -> Told {
        match self {
            Self::Answer(told) => told,
            Self::Question { says, .. } => panic!("no answer, but the question: {says}"),
        }
    }
}

/// Makes a call as a client of 2026-07-28 that can ask, with more parameters than the tool's.
async fn call_with(server: &Server, tool: &str, arguments: &Value, more: Value) -> Came {
    let mut params = json!({"name": tool, "arguments": arguments});
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let response = server.request_as_is("tools/call", with_capabilities(params, can_ask())).await.unwrap();
    let result = &response["result"];
    if result["resultType"] != "input_required" {
        return Came::Answer(Told::of(&response));
    }
    let asked = result["inputRequests"]["person"].clone();
    assert_eq!(asked["method"], "elicitation/create", "{response}");
    let says = asked["params"]["message"].as_str().unwrap().to_owned();
    Came::Question { says, asked, state: result["requestState"].as_str().unwrap().to_owned() }
}

async fn call(server: &Server, tool: &str, arguments: &Value) -> Came {
    call_with(server, tool, arguments, json!({})).await
}

/// Makes a call again with what the person said.
async fn said(server: &Server, tool: &str, arguments: &Value, state: &str, answer: Value) -> Came {
    let more = json!({"requestState": state, "inputResponses": {"person": answer}});
    call_with(server, tool, arguments, more).await
}

async fn yes(server: &Server, tool: &str, arguments: &Value, state: &str) -> Came {
    said(server, tool, arguments, state, json!({"action": "accept", "content": {}})).await
}

/// Beth, or somebody else, pays and leaves.
fn leave(guest: &str) -> Value {
    json!({"guest_email": guest, "payment_method_id": "pm_card_visa"})
}

const CHECKOUT: &str = "process_guest_checkout";

/// What was charged for a booking, in cents; none if nothing was.
async fn charged(server: &Server, booking: &str) -> Option<i64> {
    let told = server.call("retrieve_payment_status", json!({"booking_number": booking})).await;
    if !told.succeeded() {
        assert_eq!(told.code(), "PAYMENT_NOT_FOUND", "{}", told.0);
        return None;
    }
    told.data()["amount_cents"].as_i64().filter(|_| told.data()["status"] == "succeeded")
}
