//! The official Rust client drives the servers, in either era.

use rmcp::model::{CallToolRequestParams, ClientConfig, ProtocolVersion};
use rmcp::service::{ClientLifecycleMode, RoleClient, RunningService, serve_client_with_lifecycle};
use rmcp::transport::TokioChildProcess;
use serde_json::{Value, json};
use tests::World;

type Client = RunningService<RoleClient, ClientConfig>;

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

async fn a_stay_is_opened_and_refused(lifecycle: ClientLifecycleMode) {
    let world = World::new();
    let client = connect(&world, lifecycle).await;
    let tools = client.list_all_tools().await.unwrap();
    assert!(tools.iter().any(|tool| tool.name == "check_in_guest"));
    let (failed, told) = call(&client, "check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    assert!(!failed && told["data"]["room_number"] == "205", "{told}");
    let sofia = json!({"guest_email": "sofia.martinez@example.com"});
    let (failed, told) = call(&client, "check_in_guest", sofia).await;
    assert!(failed && told["error_code"] == "ROOM_NOT_VACANT", "{told}");
    client.cancel().await.unwrap();
}

#[tokio::test]
async fn the_official_client_works_in_the_way_before_2026() {
    a_stay_is_opened_and_refused(ClientLifecycleMode::Initialize).await;
}

#[tokio::test]
async fn the_official_client_works_in_the_way_of_2026() {
    let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
    a_stay_is_opened_and_refused(ClientLifecycleMode::Discover { preferred_versions }).await;
}
