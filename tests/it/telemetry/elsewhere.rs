//! Calls that run on an engine elsewhere: the server and the worker are in one trace. `tests/on-restate` tries it.

use super::{TRACE, checkout, exporting, traced};
use std::time::{Duration, Instant};
use tests::World;
use tests::fakes::Collector;

#[tokio::test]
async fn the_server_and_the_worker_are_in_one_trace() {
    let Some(collector) = Collector::of_the_worker() else {
        eprintln!("not tried: there is no worker (tests/on-restate)");
        return;
    };
    let world = exporting(World::new(), &collector);
    let staff = world.staff();
    assert!(traced(&staff, "process_guest_checkout", checkout()).await.expect("an answer").succeeded());
    staff.close().await;
    let begun = Instant::now();
    let tree = loop {
        let tree = collector.tree(TRACE, &["hotel.step.outcome"]);
        if tree.contains("close_stay") {
            break tree;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "the worker exports nothing: {tree}");
        tokio::task::yield_now().await;
    };
    let lines: Vec<_> = tree.lines().collect();
    assert_eq!(lines[0], "tools/call process_guest_checkout", "{tree}");
    let runs = lines.iter().filter(|line| **line == "  resume process_guest_checkout").count();
    assert_eq!(runs, 2, "it is looked up, and goes on where the booking is held: {tree}");
    for step in ["look_up", "confirm_payment", "close_stay"] {
        let line = format!("    {step} hotel.step.outcome=done");
        assert_eq!(lines.iter().filter(|found| **found == line).count(), 1, "{step}: {tree}");
    }
}
