//! Pauses: a test can hold a request at a point, so that another request comes in between.

use super::faults::refusal;
use super::refusal::{Refusal, Result};
use tokio::sync::watch;

/// A pause of a request before one of its subrequests. When dropped, the request continues.
#[derive(Debug)]
pub struct Pause {
    reached: watch::Receiver<bool>,
    go: watch::Sender<bool>,
}

impl Pause {
    /// Waits until the request has reached the point.
    ///
    /// # Panics
    /// When the fake is gone.
    pub async fn reached(&mut self) {
        self.reached.wait_for(|reached| *reached).await.expect("the fake lives");
    }

    /// Waits until the request has reached the point, or has ended without reaching it.
    pub async fn is_reached(&mut self) -> bool {
        self.reached.wait_for(|reached| *reached).await.is_ok()
    }

    /// Lets the request continue.
    pub fn resume(self) {
        drop(self);
    }
}

/// The fake's side of a pause.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    before: usize,
    reached: watch::Sender<bool>,
    go: watch::Receiver<bool>,
}

pub(crate) fn pause(before: usize) -> (Pause, Point) {
    let (reached, reached_) = watch::channel(false);
    let (go, go_) = watch::channel(false);
    (Pause { reached: reached_, go }, Point { before, reached, go: go_ })
}

impl Drop for Pause {
    fn drop(&mut self) {
        self.go.send_replace(true);
    }
}

/// The pauses of one request.
#[derive(Default)]
pub(crate) struct Way {
    pub(crate) points: Vec<Point>,
    pub(crate) refused: Vec<(usize, Refusal)>,
}

impl Way {
    /// Called before the `at`-th subrequest, or before the commit.
    pub(crate) async fn come_to(&self, at: usize) -> Result<()> {
        for point in self.points.iter().filter(|point| point.before == at) {
            point.reached.send_replace(true);
            let mut go = point.go.clone();
            drop(go.wait_for(|go| *go).await); // an error: the pause is gone, and the request free
        }
        let refused = self.refused.iter().find(|(before, _)| *before == at);
        refused.map_or(Ok(()), |(_, refusal)| Err(refusal.clone()))
    }

    pub(crate) fn refuse(&mut self, at: usize, status: u16, code: &str) {
        self.refused.push((at, refusal(status, code)));
    }
}
