//! Tools that panic or never end. No tool of the product does, so these are served here, over the protocol, by the same code.

use super::*;
use crate::engine::journal::Journal;
use crate::engine::{Engine, Recovers, Works};
use crate::saga::{Run, Saga, SagaError};
use crate::tool::{ActsFor, Finishes, Guidance, Persona, Toolset, skill, unlisted};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::json;
use skills::operations::payments::{FindPaymentsSince, RefundPayment};
use skills::settings::Settings;
use skills::systems::Hotel;
use skills::words::{Date, Key, Page};
use skills::{Call, Skill, SkillError};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};

/// What a tool that panics never answers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Never {}

/// Look at something that is not there.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct PanickingRead {}

impl Skill for PanickingRead {
    const NAME: &'static str = "panicking_read";
    const EFFECT: Effect = Effect::Reads;
    type Output = Never;

    async fn run(&self, _: &Call<'_>) -> Result<Never, SkillError> {
        panic!("a read that panics")
    }
}

/// Change something that is not there.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct PanickingSaga {}

impl Saga for PanickingSaga {
    const NAME: &'static str = "panicking_saga";
    const EFFECT: Effect = Effect::Changes;
    type Output = Never;

    async fn run(self, _: &Run) -> Result<Never, SagaError> {
        panic!("a saga that panics")
    }
}

/// Wait for something that does not happen.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct EndlessSaga {}

impl Saga for EndlessSaga {
    const NAME: &'static str = "endless_saga";
    const EFFECT: Effect = Effect::Changes;
    type Output = Never;

    async fn run(self, _: &Run) -> Result<Never, SagaError> {
        std::future::pending().await
    }
}

/// All payments of the sample hotel.
fn payments() -> FindPaymentsSince {
    FindPaymentsSince { since: jiff::Timestamp::UNIX_EPOCH, page: Page::most() }
}

/// Give a payment back, and forget to ask.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct ForgetfulSaga {}

impl Saga for ForgetfulSaga {
    const NAME: &'static str = "forgetful_saga";
    const EFFECT: Effect = Effect::MovesMoney;
    type Output = Never;

    async fn run(self, saga: &Run) -> Result<Never, SagaError> {
        let paid = saga.step(payments()).await?.items;
        saga.step(RefundPayment::of(paid[0].id.clone())).await?;
        Ok(Never {})
    }
}

/// Sends a call of a client that cannot ask its person.
async fn send(client: &mut BufReader<DuplexStream>, tool: &str) {
    send_with(client, tool, json!({})).await;
}

/// Sends a call of a client with these capabilities.
async fn send_with(client: &mut BufReader<DuplexStream>, tool: &str, capabilities: Value) {
    let request = json!({"jsonrpc": "2.0", "id": tool, "method": "tools/call", "params": {
        "name": tool,
        "arguments": {},
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": capabilities
        }
    }});
    client.write_all(format!("{request}\n").as_bytes()).await.unwrap();
}

/// Calls a tool and returns the result's structured content.
async fn call(client: &mut BufReader<DuplexStream>, tool: &str) -> Value {
    send(client, tool).await;
    told(client).await
}

/// The structured content of the next answer, a failure.
async fn told(client: &mut BufReader<DuplexStream>) -> Value {
    let mut line = String::new();
    client.read_line(&mut line).await.unwrap();
    let response: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(response["result"]["isError"], true, "{response}");
    response["result"]["structuredContent"].clone()
}

/// Serves the tools above to a client, until it leaves or `stop` is cancelled.
fn served(
    folder: &tempfile::TempDir,
    stop: CancellationToken,
) -> (BufReader<DuplexStream>, tokio::task::JoinHandle<anyhow::Result<()>>) {
    let data = folder.path().to_str().unwrap();
    let settings = Settings::read(|name| (name == "HOTEL_DATA").then(|| data.to_owned())).unwrap();
    let hotel = Arc::new(Hotel::open(&settings).unwrap());
    let journal = Journal::open(&settings.data).unwrap();
    let engine = Engine::new(
        hotel,
        settings,
        journal,
        Works {
            sagas: vec![],
            ways_back: vec![],
            duties: vec![],
            routines: vec![],
            may_be_logged: |_| false,
        },
        Recovers::default(),
    );
    let persona = Persona {
        name: "odd",
        instructions: "",
        acts_for: ActsFor {
            setting: "ODD_EMAIL",
            argument: "odd_email",
            description: "",
            only_themselves: false,
        },
        finishes: Finishes::Everybodys,
        hears_systems: true,
        may_not_see: &[],
        operates: false,
        tools: vec![
            skill::<PanickingRead>(),
            unlisted::<PanickingSaga>(),
            unlisted::<EndlessSaga>(),
            unlisted::<ForgetfulSaga>(),
        ],
        guidance: Guidance::default(),
        story: || unreachable!("it has no story"),
    };
    let front = Arc::new(Front::new(Arc::new(engine), Toolset::new(persona), None));
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let (input, output) = tokio::io::split(theirs);
    let serving = serve(front, Handle::current(), "odd", (input, output), stop);
    (BufReader::new(ours), tokio::spawn(serving))
}

#[tokio::test]
async fn a_panic_in_a_tool_is_an_answer_and_the_server_lives_on() {
    let folder = tempfile::tempdir().unwrap();
    let (mut client, served) = served(&folder, CancellationToken::new());
    for tool in ["panicking_read", "panicking_saga", "panicking_read", "panicking_saga"] {
        let told = call(&mut client, tool).await;
        assert_eq!(told["error_code"], "INTERNAL_ERROR", "{tool}: {told}");
        assert_eq!(told["retry_safe"], true);
        assert!(!told.to_string().contains("panics"), "what went wrong inside stays inside: {told}");
    }
    drop(client);
    served.await.unwrap().unwrap();
}

/// The test controls the runtime's clock: time passes only while all tasks wait.
#[tokio::test(start_paused = true)]
async fn a_call_that_does_not_end_keeps_a_server_no_longer_than_five_seconds() {
    for told_to_stop in [false, true] {
        let (folder, stop) = (tempfile::tempdir().unwrap(), CancellationToken::new());
        let (mut client, served) = served(&folder, stop.clone());
        send(&mut client, "endless_saga").await;
        call(&mut client, "panicking_read").await; // by now the other call has begun
        let left = tokio::time::Instant::now();
        if told_to_stop {
            stop.cancel();
        } else {
            drop(client);
        }
        served.await.unwrap().unwrap();
        assert!((4..5).contains(&left.elapsed().as_secs()), "{:?}", left.elapsed());
    }
}

/// Where a person is asked, a saga that forgets to ask moves nothing.
#[tokio::test]
async fn money_that_nobody_agreed_to_does_not_move() {
    let folder = tempfile::tempdir().unwrap();
    let (mut client, served) = served(&folder, CancellationToken::new());
    send_with(&mut client, "forgetful_saga", json!({"elicitation": {}})).await;
    let refused = told(&mut client).await;
    assert_eq!(refused["error_code"], "NEEDS_ATTENTION", "{refused}");
    drop(client);
    served.await.unwrap().unwrap();
    let data = folder.path().to_str().unwrap();
    let settings = Settings::read(|name| (name == "HOTEL_DATA").then(|| data.to_owned())).unwrap();
    let hotel = Hotel::open(&settings).unwrap();
    let call = Call::new(&hotel, Key::derived(&["look"]), Date::new("2026-11-28").unwrap());
    let paid = payments().run(&call).await.unwrap().items;
    assert!(paid.len() == 1 && paid[0].refunds.is_empty(), "{paid:?}");
}
