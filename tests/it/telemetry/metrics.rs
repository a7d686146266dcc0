//! What is counted.

use super::{BETH, checkout, exporting};
use serde_json::json;
use tests::fakes::Collector;
use tests::{Backend, World};

#[tokio::test]
async fn calls_are_counted_by_tool_and_outcome_and_what_waits_is_known() {
    let collector = Collector::start();
    let world = exporting(World::on(Backend::Fakes), &collector);
    let staff = world.staff();
    staff.done("process_guest_checkout", checkout()).await;
    staff.refused("check_in_guest", json!({"guest_email": "nobody@example.com"}), "GUEST_NOT_FOUND").await;
    staff.done("search_bookings_on_behalf_of_staff", json!({"guest_email": BETH})).await;
    staff.close().await;
    let metrics = collector.metrics();
    let counted = |name: &str| metrics.get(name).copied();
    let calls = |tool: &str, outcome: &str| {
        counted(&format!(
            "hotel.calls{{gen_ai.tool.name={tool},hotel.outcome={outcome},hotel.persona=staff}}"
        ))
    };
    assert_eq!(calls("process_guest_checkout", "done"), Some(1.0), "{metrics:?}");
    assert_eq!(calls("check_in_guest", "GUEST_NOT_FOUND"), Some(1.0), "{metrics:?}");
    assert_eq!(calls("search_bookings_on_behalf_of_staff", "done"), Some(1.0));
    let waited =
        "mcp.server.operation.duration{gen_ai.tool.name=process_guest_checkout,mcp.method.name=tools/call}";
    assert_eq!(counted(waited), Some(1.0), "{metrics:?}");
    assert_eq!(counted("hotel.calls.unfinished{}"), Some(0.0));
    assert_eq!(counted("hotel.calls.need_attention{}"), Some(0.0));
    assert_eq!(counted("hotel.calls.unfinished.age{}"), Some(0.0));
    assert_eq!(counted("hotel.system.left_alone{hotel.system=payments}"), Some(0.0));
}
