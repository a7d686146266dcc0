use serde_json::json;
use tests::World;

#[tokio::test]
async fn a_guest_checks_in_and_out() {
    let world = World::new();
    let staff = world.staff();
    let told = staff.call("check_in_guest", json!({"guest_email": "sarah@example.com"})).await;
    assert_eq!(told.data()["room_number"], "205");
    assert!(staff.close().await.success());
}
