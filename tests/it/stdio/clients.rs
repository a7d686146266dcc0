//! The official Rust client drives the servers, in either era.

use rmcp::model::{CallToolRequestParams, ClientConfig, ProtocolVersion};
use rmcp::service::{ClientLifecycleMode, RoleClient, RunningService, serve_client_with_lifecycle};
use rmcp::transport::TokioChildProcess;
use serde_json::{Value, json};
use tests::World;

pub(crate) type Client = RunningService<RoleClient, ClientConfig>;

async fn connect(world: &World, lifecycle: ClientLifecycleMode) -> Client {
    let command = world.command("staff-server", &[], &[("STAFF_EMAIL", "manager@dewyhotel.com")]);
    let child = TokioChildProcess::new(command).unwrap();
    serve_client_with_lifecycle(ClientConfig::default(), child, lifecycle).await.unwrap()
}

async fn call(client: &Client, tool: &'static str, arguments: Value) -> (bool, Value) {
    let request = CallToolRequestParams::new(tool).with_arguments(arguments.as_object().unwrap().clone());
    let result = client.call_tool(request).await.unwrap();
    (result.is_error.unwrap_or(false), result.structured_content.unwrap())
}

/// The official client opens a stay, and is refused another.
pub(crate) async fn a_stay_is_opened_and_refused(client: Client) {
    let tools = client.list_all_tools().await.unwrap();
    assert!(tools.iter().any(|tool| tool.name == "check_in_guest"));
    let (failed, told) = call(&client, "check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    assert!(!failed && told["data"]["room_number"] == "205", "{told}");
    let sofia = json!({"guest_email": "sofia.martinez@example.com"});
    let (failed, told) = call(&client, "check_in_guest", sofia).await;
    assert!(failed && told["error_code"] == "ROOM_NOT_VACANT", "{told}");
    client.cancel().await.unwrap();
}

/// The ways in which a client opens a connection: before 2026, and since.
pub(crate) fn lifecycles() -> [ClientLifecycleMode; 2] {
    let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
    [ClientLifecycleMode::Initialize, ClientLifecycleMode::Discover { preferred_versions }]
}

#[tokio::test]
async fn the_official_client_works_in_both_ways() {
    for lifecycle in lifecycles() {
        a_stay_is_opened_and_refused(connect(&World::new(), lifecycle).await).await;
    }
}
