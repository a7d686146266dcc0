//! A worker is killed in the middle of a checkout, and another one is there: how long the caller waits from then on.

use crate::Effort;
use crate::balancer::Turns;
use crate::engine::Engine;
use crate::hotel::Hotel;
use crate::report::Report;
use crate::stays::{Stay, warm_up};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};
use tests::samples::Samples;

/// The worker is killed so long after the call was made, a little later each time, and then from the start again.
const LATER: Duration = Duration::from_millis(3);
const LATEST: u32 = 8;

/// Each kill has an engine of its own: the first of two workers plays all calls until it is killed.
pub(crate) fn measure(report: &mut Report, effort: &Effort, worker: &Path) {
    let (mut whole, mut after, mut too_late) = (Samples::default(), Samples::default(), 0);
    let mut turn = 0;
    while after.count() < effort.kills {
        assert!(too_late < effort.kills * 4, "nearly every checkout is done before its worker is killed");
        let hotel = [Hotel::of(4)];
        let engine = Engine::start();
        let mut workers = engine.workers(worker, &hotel, 2, Turns::First);
        let mut peers = [hotel[0].staff(Some(&engine.ingress))];
        warm_up(&mut peers);
        let [peer] = &mut peers;
        let stay = Stay::some(1).remove(0);
        for (tool, arguments) in [stay.book(), stay.check_in()] {
            peer.tool(tool, &arguments);
        }
        let charges = hotel[0].charges();
        turn += 1;
        let wait = LATER * (turn % LATEST + 1);
        let began = Instant::now();
        peer.send(&stay.check_out());
        sleep(wait);
        workers.all[0].kill();
        let killed = Instant::now();
        peer.receive();
        assert_eq!(hotel[0].charges(), charges + 1, "one checkout is one charge");
        if killed.elapsed() < Duration::from_millis(1) {
            too_late += 1; // the answer was on its way
        } else {
            after.add(killed.elapsed());
            whole.add(began.elapsed());
        }
    }
    report.takeover(&whole, &after);
}
